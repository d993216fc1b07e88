"""Softmax is applied twice: the logits are made probabilities before log_softmax sees them.

cell: cross_entropy
confuses: logits, with probabilities
title.ko: softmax를 두 번 적용합니다
feedback.en: >
  Your loss stays in a narrow band: even a perfectly confident, correct model cannot bring it close
  to zero, and a confident wrong one is hardly punished. Log-softmax expects logits, which may be
  any real numbers; when it is fed with probabilities, all its inputs lie between 0 and 1 and look
  nearly alike. Take a row whose true class is far ahead and compute the loss by hand; then follow
  the numbers through your code. How often are they normalised on the way?
feedback.ko: >
  손실이 좁은 범위를 벗어나지 못합니다. 완벽하게 확신하고 맞힌 모델도 0에 가까워지지 못하고,
  확신하고 틀린 모델도 거의 벌을 받지 않습니다. log-softmax는 어떤 실수든 될 수 있는 로짓을
  기대하는데, 확률을 넣으면 입력이 모두 0과 1 사이에 있어 서로 비슷해 보입니다. 정답 클래스가 크게
  앞서는 행 하나의 손실을 직접 계산한 다음 같은 수를 코드로 따라가 보세요. 도중에 몇 번
  정규화되나요?
question.en: >
  A network with this mistake often still learns: why, and which curves would make you suspicious?
question.ko: >
  이 실수가 있어도 네트워크가 학습되는 경우가 많습니다. 왜 그럴까요? 어떤 곡선을 보면 의심할 수
  있을까요?
source: >
  listed among the mistakes of the course's students; also DSKSD/DeepNLP-models-Pytorch issues #2
  and #11, nishnik/Deep-Semantic-Similarity-Model-PyTorch issue #2; contrast with the torch
  documentation of CrossEntropyLoss (expects unnormalized logits)
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(softmax(logits, dim=1), dim=1)
    losses = -(1 - label_smoothing) * log_p.gather(1, target.unsqueeze(1)).squeeze(1)
    losses = losses - label_smoothing * log_p.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]

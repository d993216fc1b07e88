"""Masked scores set to 0, which is an ordinary score: hidden keys keep some weight.

cell: scaled_dot_product_attention
confuses: a score of 0, with a weight of 0
title.ko: 가릴 점수를 0으로 바꾸었지만, 0은 평범한 점수라서 가려진 key에도 가중치가 남습니다.
feedback.en: >
  Your hidden keys still receive weight, sometimes even more than the allowed ones. A score is not a
  weight: between the two stands the softmax, and with it an exponential. Compute by hand the
  weights for the scores 0 and -1 and ask which of the two would be the hidden key; then ask what a
  score has to be for its exponential to vanish. A tiny positive number does no better than 0.
feedback.ko: >
  가려진 key에도 가중치가 남아 있고, 때로는 허용된 key보다 더 큽니다. 점수는 가중치가 아닙니다. 둘 사이에는 softmax, 곧 지수 함수가 있습니다. 점수가 0과
  -1일 때의 가중치를 손으로 계산해 보고, 지수 함수를 지난 값이 사라지려면 점수가 어떤 값이어야 하는지 생각해 보세요. 0 대신 아주 작은 양수를 넣어도 달라지지 않습니다.
question.en: >-
  For which scores of the allowed keys does this mistake hardly show, and for which does it turn the
  attention upside down?
question.ko: 허용된 key들의 점수가 어떤 값일 때 이 실수가 거의 드러나지 않고, 어떤 값일 때 attention이 완전히 뒤집힐까요?
source: >-
  GitHub georg-wolflein/good-features, pull request 1 (scores multiplied by the mask), and
  awslabs/gluonts, pull request 1401 (filled with 1e-9)
"""


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores * mask
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights

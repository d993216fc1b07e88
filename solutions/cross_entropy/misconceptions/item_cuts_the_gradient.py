"""The losses lose their history, as through .item(): the value is right, but no gradient flows.

cell: cross_entropy
confuses: the number that a tensor holds, with the tensor and its history
title.ko: .item()을 거칠 때처럼 계산 이력을 잃어 기울기가 끊어집니다
feedback.en: >
  The value of your loss is right, but no gradient comes back from it, so a model trained with it
  would not change. The history of a result lives in the tensor; a plain Python number has none, and
  a new tensor made from numbers starts without a past. Look at whether your loss says that it
  requires a gradient when the logits do, and walk backwards from there, step by step, to the first
  place where the answer changes.
feedback.ko: >
  손실의 값은 맞지만 기울기가 돌아오지 않으므로, 이 손실로 학습하면 모델이 변하지 않습니다. 계산의
  기록은 텐서에 들어 있고, 파이썬 숫자에는 기록이 없습니다. 숫자로 새로 만든 텐서는 과거 없이
  시작합니다. 로짓에 기울기가 필요할 때 손실의 requires_grad가 어떤 값인지 확인하고, 거기서부터 한
  단계씩 거슬러 올라가며 값이 처음 바뀌는 곳을 찾아보세요.
question.en: >
  For which purposes in a training loop is a plain number right, and for which ones must it stay a
  tensor?
question.ko: 학습 루프에서 어떤 용도에는 일반 숫자가 알맞고, 어떤 용도에는 반드시 텐서여야 할까요?
source: >
  documented torch behaviour: Tensor.item returns a Python number and is not differentiable; asked
  in the course
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    losses = []
    for log_p, y in zip(log_softmax(logits, dim=1), target):
        loss = -(1 - label_smoothing) * log_p[y] - label_smoothing * log_p.mean()
        losses.append(loss.item())
    losses = torch.tensor(losses, dtype=logits.dtype, device=logits.device)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# variant: the new tensor has the default dtype and device
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    losses = []
    for log_p, y in zip(log_softmax(logits, dim=1), target):
        loss = -(1 - label_smoothing) * log_p[y] - label_smoothing * log_p.mean()
        losses.append(loss.item())
    losses = torch.tensor(losses)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# variant: sum and mean are Python numbers
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    losses = []
    for log_p, y in zip(log_softmax(logits, dim=1), target):
        loss = -(1 - label_smoothing) * log_p[y] - label_smoothing * log_p.mean()
        losses.append(loss.item())
    if reduction == "none":
        return torch.tensor(losses, dtype=logits.dtype, device=logits.device)
    return sum(losses) if reduction == "sum" else sum(losses) / len(losses)

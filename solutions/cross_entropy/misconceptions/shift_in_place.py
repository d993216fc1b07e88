"""The shift is done on the caller's own tensor, which is changed by the call.

cell: softmax
confuses: a name for a tensor, with a copy of it
title.ko: 호출한 쪽의 텐서를 그 자리에서 바꿔 버립니다
feedback.en: >
  The probabilities that you return are right, but after the call the logits that were handed in are
  no longer the same. Inside a function the argument is not a copy: it is the caller's tensor under
  another name, and an operation that works in place writes into it. Print a small tensor before and
  after you call your function with it. Which of your steps makes a new tensor, and which one writes
  into an old one?
feedback.ko: >
  반환한 확률은 맞지만, 호출이 끝난 뒤 넘겨받은 로짓의 값이 달라져 있습니다. 함수 안에서 인자는
  복사본이 아니라 호출한 쪽의 텐서에 붙은 또 다른 이름이고, 제자리(in-place) 연산은 그 텐서에 바로
  값을 씁니다. 작은 텐서를 하나 만들어 함수 호출 전후로 출력해 보세요. 어느 단계가 새 텐서를 만들고,
  어느 단계가 기존 텐서에 덮어쓰고 있나요?
question.en: When is changing an argument in place a good bargain, and who should be told about it?
question.ko: >
  인자를 제자리에서 바꾸는 것은 언제 이득이 될까요? 그리고 그 사실을 누가 알고 있어야 할까요?
source: >
  common in submissions; contrast with the torch notes on autograd mechanics (in-place operations)
"""


def softmax(logits, dim=-1):
    if logits.requires_grad:
        logits = logits.clone()
    logits -= logits.amax(dim=dim, keepdim=True)
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


# variant: max for amax: its backward does not look at the changed tensor, and passes
def softmax(logits, dim=-1):
    if logits.requires_grad:
        logits = logits.clone()
    logits -= logits.max(dim=dim, keepdim=True).values
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


# variant: no copy for a tensor that requires grad: that raises
def softmax(logits, dim=-1):
    logits -= logits.amax(dim=dim, keepdim=True)
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


# variant: through .data: also a tensor that requires grad is changed
def softmax(logits, dim=-1):
    logits.data -= logits.data.amax(dim=dim, keepdim=True)
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)

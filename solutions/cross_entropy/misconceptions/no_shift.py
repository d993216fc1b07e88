"""The exponential of the raw logits is taken: right on paper, but it overflows.

cell: softmax
confuses: a formula that is right for real numbers, with one that is right in floating point
title.ko: 로짓을 그대로 지수 함수에 넣어 오버플로가 납니다
feedback.en: >
  Your result is right for small logits and turns into nan, or into zeros, for large ones. The
  formula is correct on paper, but a float32 cannot hold an exponential beyond roughly e to the 88,
  and infinity divided by infinity has no value. Probabilities do not change when the same number is
  added to all logits of a row. Evaluate your code by hand for three logits near a thousand, and
  then ask which row with the same probabilities would have been harmless.
feedback.ko: >
  로짓이 작을 때는 결과가 맞지만, 커지면 nan이나 0이 나옵니다. 종이 위에서는 맞는 식이어도 float32는
  대략 e의 88제곱보다 큰 값을 담지 못하고, 무한대를 무한대로 나눈 값은 정해지지 않습니다. 한 행의
  모든 로짓에 같은 수를 더해도 확률은 변하지 않는다는 점을 떠올려 보세요. 1000 근처의 로짓 세 개를
  코드의 순서대로 손으로 계산해 보고, 확률이 똑같으면서도 안전한 행은 어떤 모습일지 생각해 보세요.
question.en: >
  Which properties of a formula are lost when real numbers become floating-point numbers, and how
  could you test for that?
question.ko: >
  실수를 부동소수점 수로 바꾸면 식의 어떤 성질이 깨질까요? 그것을 어떻게 시험해 볼 수 있을까요?
source: Goodfellow, Bengio, Courville, Deep Learning (2016), section 4.1 (overflow and underflow)
"""


def softmax(logits, dim=-1):
    exponentials = torch.exp(logits)
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


# variant: exp(x - log(sum)): 0 where the quotient is nan
def softmax(logits, dim=-1):
    return torch.exp(logits - torch.exp(logits).sum(dim=dim, keepdim=True).log())


# variant: a small constant in the denominator: 0 for 0 / 0
def softmax(logits, dim=-1):
    exponentials = torch.exp(logits)
    return exponentials / (exponentials.sum(dim=dim, keepdim=True) + 1e-8)

"""A sigmoid is applied to each logit, and the results are taken for a distribution.

cell: softmax
confuses: several independent yes-or-no probabilities, with one distribution over the classes
title.ko: 로짓마다 sigmoid를 씌운 값을 하나의 분포로 여깁니다
feedback.en: >
  Each number of your result lies between 0 and 1, but a row does not sum to 1. A sigmoid answers a
  yes-or-no question about one class without looking at the others; a softmax shares a single unit
  of probability among classes that exclude each other. Compute a row of three equal logits by hand,
  in both ways, and add up the results. Then raise one of the logits and watch what should happen to
  the other classes.
feedback.ko: >
  결과의 각 값은 0과 1 사이에 있지만 한 행의 합이 1이 아닙니다. sigmoid는 다른 클래스를 보지 않고 한
  클래스에 대한 예/아니요 질문에 답하고, softmax는 서로 배타적인 클래스들이 확률 1을 나누어 갖게
  합니다. 같은 로짓 세 개로 된 행을 두 방식으로 직접 계산해서 합을 비교해 보세요. 그런 다음 로짓
  하나만 키웠을 때 나머지 클래스에는 어떤 일이 일어나야 하는지 살펴보세요.
question.en: >
  A photo may show a cat, a dog, or both: what should the outputs of a network mean then, and what
  follows for the last layer?
question.ko: >
  사진에 고양이나 개, 또는 둘 다 있을 수 있다면 네트워크의 출력은 무엇을 뜻해야 할까요? 마지막 층은
  어떻게 달라져야 할까요?
source: >
  asked in the course; also datascience.stackexchange.com question 79923 (softmax against sigmoid
  outputs as a distribution)
"""


def softmax(logits, dim=-1):
    return torch.sigmoid(logits)

"""One number for the whole batch comes back instead of one for each sample.

cell: kl_divergence
confuses: a value per sample, with one number for the batch
title.ko: 샘플마다 하나씩이 아니라 배치 전체에 대해 숫자 하나를 돌려주었습니다.
feedback.en: >
  You return a single number where one per sample is asked for. Which sample is far from the prior
  cannot be seen from it, and whoever calls the function can no longer decide about the batch. The
  batch is a stack of separate questions; only the latent dimensions belong to one answer. Write the
  shape after each step of your line.
feedback.ko: >
  샘플마다 하나씩 값이 있어야 하는데 숫자 하나만 돌려주었습니다. 그러면 어느 샘플이 prior에서 먼지 알 수 없고, 함수를 부른 쪽이 배치를 어떻게 다룰지 정할 수도
  없습니다. 배치는 서로 다른 질문을 쌓아 둔 것이고, 하나의 답에 속하는 것은 latent 차원뿐입니다. 계산 단계마다 shape를 적어 보세요.
question.en: >-
  Many published VAEs reduce the batch at once. What can one do with a value per sample that is
  impossible with their mean?
question.ko: 공개된 VAE 코드 중에는 배치를 바로 하나로 줄이는 것이 많습니다. 샘플마다 값이 있으면 할 수 있지만 평균만으로는 할 수 없는 일은 무엇일까요?
source: >-
  GitHub wiseodd/generative-models, issue 40 (sum, mean and the batch in the KL term); common in
  submissions
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - 1 - logvar).sum(dim=1).mean()


# variant: the sum over the batch for the mean
def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - 1 - logvar).sum()

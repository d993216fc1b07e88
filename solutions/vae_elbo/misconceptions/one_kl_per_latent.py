"""The sum runs over the batch: one value per latent dimension comes back.

cell: kl_divergence
confuses: the dimension of the batch, with that of the latent numbers
title.ko: latent 차원이 아니라 배치 차원으로 더해, latent마다 하나의 값이 나옵니다.
feedback.en: >
  You return one value per latent dimension instead of one per sample, so different samples have
  been added up. Where batch and code happen to have the same size even the shape looks right. Say
  in words what a row of mu is and what a column is, and which of the two should be gone after the
  sum.
feedback.ko: >
  샘플마다가 아니라 latent 차원마다 값이 하나씩 나옵니다. 서로 다른 샘플들을 더한 것입니다. 배치 크기와 코드 크기가 우연히 같으면 shape조차 맞아 보입니다. mu의
  한 행과 한 열이 각각 무엇인지 말로 적어 보고, 더한 뒤에 사라져야 하는 쪽이 어느 것인지 정해 보세요.
question.en: >-
  Summed over everything, both directions give the same number. Why is that no reason to be careless
  about the dimension here?
question.ko: 모든 원소를 더하면 어느 방향으로 더하든 같은 수가 됩니다. 그런데도 여기에서 차원을 함부로 고르면 안 되는 까닭은 무엇일까요?
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  appendix B (the sum runs over the dimensions of z)
"""


def kl_divergence(mu, logvar):
    return 0.5 * (mu**2 + torch.exp(logvar) - 1 - logvar).sum(dim=0)

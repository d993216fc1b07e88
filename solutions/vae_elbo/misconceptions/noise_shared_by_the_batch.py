"""One noise vector is drawn and used for all samples of the batch.

cell: reparameterize
confuses: one draw for the batch, with one draw for each sample
title.ko: 잡음 벡터 하나를 뽑아 배치의 모든 샘플에 똑같이 썼습니다.
feedback.en: >
  Each of your draws is fine on its own, but all samples of a batch move together: their noise is
  one and the same. Broadcasting made one row serve for all without a word. The samples are
  independent guesses, so each number needs noise of its own. Set mu to 0 and logvar to 0, draw for
  a batch of three, and look at the rows.
feedback.ko: >
  하나씩 보면 문제가 없지만 배치의 모든 샘플이 함께 움직입니다. 잡음이 모두 같기 때문입니다. broadcasting이 한 행을 아무 말 없이 모든 샘플에 나누어 주었습니다.
  샘플들은 서로 독립이므로 숫자 하나하나에 자기만의 잡음이 필요합니다. mu와 logvar를 0으로 두고 크기 3인 배치를 뽑아 각 행을 비교해 보세요.
question.en: >-
  Each sample's draw still has the right distribution. So what is lost when the batch shares its
  noise? Think of the gradient averaged over the batch.
question.ko: 샘플 하나하나의 분포는 여전히 맞습니다. 그렇다면 배치가 잡음을 함께 쓰면 무엇을 잃을까요? 배치에서 평균 낸 gradient를 생각해 보세요.
source: >-
  common in submissions; contrast with Kingma and Welling, Auto-Encoding Variational Bayes, 2014,
  section 2.3 (noise of its own for every data point)
"""


def reparameterize(mu, logvar, eps=None):
    if eps is None:
        eps = torch.randn_like(mu[:1])
    return mu + torch.exp(0.5 * logvar) * eps

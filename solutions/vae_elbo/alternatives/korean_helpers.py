"""이름이 한국어인 풀이: 도우미 함수와 logsigmoid, 제자리에서 채운 잡음."""

import torch
import torch.nn.functional as F


def 표준편차(로그분산):
    return torch.exp(로그분산 / 2)


def 잡음(모양):
    return torch.empty_like(모양).normal_()


def 로그가능도(자료, 로짓):
    return torch.sum(자료 * F.logsigmoid(로짓) + (1 - 자료) * F.logsigmoid(-로짓), dim=-1)


def reparameterize(mu, logvar, eps=None):
    z = 표준편차(logvar) * (잡음(mu) if eps is None else eps)
    z += mu
    return z


def kl_divergence(mu, logvar):
    시그마 = 표준편차(logvar)
    return (-torch.log(시그마) + (시그마.pow(2) + mu.pow(2)) / 2 - 0.5).sum(-1)


def elbo(x, logits, mu, logvar):
    결과 = 로그가능도(x, logits)
    결과 -= kl_divergence(mu, logvar)
    return torch.mean(결과)

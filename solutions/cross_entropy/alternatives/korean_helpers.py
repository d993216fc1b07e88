"""Korean names, helper functions and a lookup table of reductions in cells of their own."""

import torch
from torch import Tensor

축소_방법 = {"none": lambda 손실: 손실, "sum": torch.sum, "mean": torch.mean}


def 최댓값_빼기(로짓, 차원):
    최댓값, _ = 로짓.max(dim=차원, keepdim=True)
    return 로짓 - 최댓값.detach()


def 부드러운_정답(정답, 클래스_수, 정도, 자료형):
    분포 = torch.full(
        (정답.shape[0], 클래스_수), 정도 / 클래스_수, dtype=자료형, device=정답.device
    )
    덧셈 = torch.full((정답.shape[0], 1), 1 - 정도, dtype=자료형, device=정답.device)
    return 분포.scatter_add(1, 정답[:, None], 덧셈)


def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    지수 = torch.exp(최댓값_빼기(logits, dim))
    return torch.div(지수, torch.sum(지수, dim, keepdim=True))


def log_softmax(logits: Tensor, dim: int = -1) -> Tensor:
    이동 = 최댓값_빼기(logits, dim)
    return 이동 - torch.log(torch.sum(torch.exp(이동), dim, keepdim=True))


def cross_entropy(
    logits: Tensor, target: Tensor, label_smoothing: float = 0.0, reduction: str = "mean"
) -> Tensor:
    try:
        줄이기 = 축소_방법[reduction]
    except KeyError:
        raise ValueError(f"모르는 축소 방법: {reduction}") from None
    분포 = 부드러운_정답(target, logits.shape[1], label_smoothing, logits.dtype)
    return 줄이기(-(분포 * log_softmax(logits, 1)).sum(1))

"""Indexing with the targets takes whole columns, so every sample meets every target.

cell: cross_entropy
confuses: one entry from each row, with the same columns from all rows
title.ko: 행마다 한 칸이 아니라 열 전체를 골라냅니다
feedback.en: >
  Without a reduction your result is a square table instead of one number per sample, and the sum
  and the mean mix every sample with the targets of all the others. A slice next to an index tensor
  means "all rows, these columns"; to pick one entry from each row, the rows have to be named too.
  Take a table of two rows and three columns with two targets and mark by hand which two entries
  belong in the loss. How many entries does your expression pick?
feedback.ko: >
  reduction이 없으면 샘플마다 하나의 수가 아니라 정사각형 표가 나오고, 합과 평균에는 다른 샘플의
  정답까지 섞여 들어갑니다. 슬라이스와 인덱스 텐서를 함께 쓰면 '모든 행의 이 열들'이라는 뜻이
  됩니다. 행마다 한 칸씩 고르려면 행도 함께 지정해야 합니다. 2행 3열 표와 정답 두 개를 놓고 손실에
  들어갈 두 칸을 직접 표시해 보세요. 코드의 식은 몇 칸을 고르고 있나요?
question.en: >
  For which batches does this mistake give the right mean by accident, and what does that say about
  choosing test data?
question.ko: >
  어떤 배치에서는 이 실수를 해도 평균이 우연히 맞을까요? 이것은 시험 데이터를 고를 때 무엇을 말해
  줄까요?
source: >
  documented behaviour: advanced indexing combined with slices (NumPy user guide, indexing on
  ndarrays), which torch follows
"""


def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    losses = -(1 - label_smoothing) * log_p[:, target] - label_smoothing * log_p.mean(dim=1)
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]


# variant: the smoothed part lies along the other axis
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    log_p = log_softmax(logits, dim=1)
    smooth = log_p.mean(dim=1, keepdim=True)
    losses = -(1 - label_smoothing) * log_p[:, target] - label_smoothing * smooth
    return {"none": losses, "sum": losses.sum(), "mean": losses.mean()}[reduction]

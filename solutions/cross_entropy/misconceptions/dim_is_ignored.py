"""The last dimension is normalised whatever dim says.

cell: softmax
confuses: the dimension that was asked for, with the last one
title.ko: dim이 무엇이든 마지막 차원을 정규화합니다
feedback.en: >
  Your result is right along the last dimension, but when another dimension is asked for, it is
  still the last axis along which the numbers sum to 1. The argument dim says along which axis the
  classes lie, and every step that looks at a whole distribution has to follow it. Draw a table of
  two rows and three columns, and mark which numbers should sum to 1 for dim=0 and which for dim=1.
  Then go through your lines and ask of each one whether it knows about dim.
feedback.ko: >
  마지막 차원에서는 결과가 맞지만, 다른 차원을 요청해도 합이 1이 되는 방향이 여전히 마지막 축입니다.
  인자 dim은 클래스가 어느 축에 놓여 있는지를 알려 주므로, 분포 전체를 보는 단계는 모두 dim을 따라야
  합니다. 2행 3열짜리 표를 그려 놓고 dim=0일 때와 dim=1일 때 어떤 수들의 합이 1이 되어야 하는지
  표시해 보세요. 그다음 코드의 줄마다 dim을 쓰고 있는지 확인해 보세요.
question.en: >
  How would you find out, from the output alone, along which axis a softmax was taken, and when does
  the output not tell?
question.ko: >
  출력만 보고 softmax가 어느 축으로 계산되었는지 어떻게 알아낼 수 있을까요? 출력만으로는 알 수 없는
  경우는 언제일까요?
source: >
  common in submissions; contrast with the torch documentation of torch.nn.functional.softmax
  (argument dim)
"""


def softmax(logits, dim=-1):
    shifted = logits - logits.amax(dim=-1, keepdim=True)
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


# variant: always dimension 1, which a vector does not have
def softmax(logits, dim=-1):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)

"""The numbers are only reshaped into rows where an axis had to be moved.

cell: softmax
confuses: a new shape for the same order of numbers, with a new order of the axes
title.ko: 축을 옮겨야 할 곳에서 모양만 다시 잡습니다
feedback.en: >
  Your result is right along the last dimension; along another one its shape is still right, but the
  numbers that sum to 1 are not those of one distribution. A view or reshape keeps the numbers in
  the order in which they lie in memory and only cuts them into rows of another length; it never
  brings another axis to the end. Write the numbers 0 to 5 as a table of two rows and three columns,
  reshape it on paper to three rows of two, and compare with the table turned on its side.
feedback.ko: >
  마지막 차원에서는 결과가 맞지만, 다른 차원에서는 모양만 맞고 합이 1이 되는 수들이 하나의 분포를
  이루지 않습니다. view나 reshape는 메모리에 놓인 순서를 그대로 둔 채 다른 길이로 자를 뿐이고, 다른
  축을 맨 뒤로 가져오지 않습니다. 0부터 5까지의 수를 2행 3열로 적은 다음 종이 위에서 3행 2열로
  reshape해 보고, 표를 옆으로 눕힌 것과 비교해 보세요.
question.en: >
  Two tensors have the same shape and hold the same numbers: what else has to agree before they mean
  the same?
question.ko: 두 텐서의 모양도 같고 담긴 수도 같다면, 같은 뜻을 갖기 위해 무엇이 더 일치해야 할까요?
source: >
  documented torch behaviour: Tensor.view and Tensor.reshape keep the order of the elements;
  contrast with Tensor.movedim
"""


def softmax(logits, dim=-1):
    rows = logits.reshape(-1, logits.shape[dim])
    exponentials = torch.exp(rows - rows.amax(dim=1, keepdim=True))
    probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
    return probabilities.reshape(logits.shape)

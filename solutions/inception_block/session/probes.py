"""Probes for a study session: small inputs on which one can see what a version does."""

import torch
from torch import nn


def filled(block, weight, bias):
    """The block with one number in all kernels and another in all biases."""
    with torch.no_grad():
        for parameter in block.parameters():  # a bias is one number for each output channel
            parameter.fill_(bias if parameter.numel() == len(parameter) else weight)
    return block


def parameters_in(part):
    return sum(parameter.numel() for parameter in part.parameters())


def counted_in_two_ways(conv_parameter_count):
    """
    ask.en: >
      A convolution from 2 to 7 channels with a 3×3 kernel: how many numbers are in one kernel, how
      many kernels are there, and how many biases?
    ask.ko: >
      입력 2채널, 출력 7채널, 3×3 커널인 합성곱에서 커널 하나에는 수가 몇 개 들어 있고, 커널은 몇 개,
      편향은 몇 개일까요?
    vary.en: >
      Swap 2 and 7. Which part of the count stays, and which does not?
    vary.ko: >
      2와 7을 맞바꿔 보세요. 개수 가운데 그대로인 부분과 바뀌는 부분은 무엇인가요?
    shows: [bias_always]
    """
    layer = nn.Conv2d(2, 7, 3)
    return {
        "counted": conv_parameter_count(2, 7, 3),
        "counted without bias": conv_parameter_count(2, 7, 3, bias=False),
        "in torch's layer": sum(parameter.numel() for parameter in layer.parameters()),
        "in its kernels": layer.weight.numel(),
    }


def twice_the_kernel(conv_parameter_count):
    """
    ask.en: >
      From 4 to 4 channels without bias: by what factor does the count grow from a kernel of side 2
      to one of side 4? And from 4 to 8 output channels?
    ask.ko: >
      입출력 모두 4채널이고 편향이 없습니다. 커널 한 변이 2에서 4가 되면 개수는 몇 배가 될까요? 출력
      채널이 4에서 8이 되면요?
    vary.en: >
      Which side of kernel costs as much as twice the channels on both ends?
    vary.ko: >
      양쪽 채널 수를 모두 두 배로 늘리는 것과 비용이 같아지려면 커널의 한 변은 얼마여야 하나요?
    """
    return {
        "side 2": conv_parameter_count(4, 4, 2, bias=False),
        "side 4": conv_parameter_count(4, 4, 4, bias=False),
        "8 outputs": conv_parameter_count(4, 8, 2, bias=False),
    }


def shapes_of_the_branches(InceptionBlock):
    """
    ask.en: >
      The map is 6 high and 9 wide. Which height and width should each branch give, and how many
      channels?
    ask.ko: >
      맵의 높이는 6, 너비는 9입니다. 각 가지의 출력은 높이와 너비가 얼마이고 채널은 몇 개여야
      할까요?
    vary.en: >
      Give a map of 1×1. Which branches still have anything to look at?
    vary.ko: >
      1×1 맵을 넣어 보세요. 여전히 볼 것이 있는 가지는 어느 것인가요?
    """
    block = InceptionBlock(3, 1, 2, 4, 1, 2, 5)
    x = torch.zeros(1, 3, 6, 9)
    return {
        "branch1": tuple(block.branch1(x).shape),
        "branch2": tuple(block.branch2(x).shape),
        "branch3": tuple(block.branch3(x).shape),
        "branch4": tuple(block.branch4(x).shape),
    }


def side_by_side(InceptionBlock):
    """
    ask.en: >
      The branches give 2, 2, 2 and 2 channels. How many has the output, and whose are the first
      two?
    ask.ko: >
      가지들은 각각 2, 2, 2, 2채널을 냅니다. 출력의 채널은 몇 개이고, 처음 두 채널은 누구의
      것일까요?
    vary.en: >
      Give the branches different numbers of channels. Which mistakes are silent when all four are
      equal?
    vary.ko: >
      가지마다 채널 수를 다르게 해 보세요. 네 가지가 같을 때만 조용히 넘어가는 실수는 무엇인가요?
    """
    torch.manual_seed(3)
    block = InceptionBlock(3, 2, 1, 2, 1, 2, 2)
    x = torch.rand(1, 3, 4, 5)
    out = block(x)
    return {
        "shape": tuple(out.shape),
        "first two are branch1's": torch.equal(out[:, :2], block.branch1(x)),
        "last two are branch4's": torch.equal(out[:, -2:], block.branch4(x)),
    }


def parameters_of_each_branch(InceptionBlock):
    """
    ask.en: >
      Count the parameters of each branch by hand: 6 channels come in, the branches are (2), (3, 4),
      (2, 3) and (5).
    ask.ko: >
      각 가지의 매개변수를 손으로 세어 보세요. 입력은 6채널이고 가지는 차례로 (2), (3, 4), (2, 3),
      (5)입니다.
    vary.en: >
      Raise the input to 60 channels. Which branch grows the least, and what does it owe that to?
    vary.ko: >
      입력을 60채널로 늘려 보세요. 가장 적게 늘어나는 가지는 어느 것이고 그 까닭은 무엇인가요?
    shows: [batch_norm, convolutions_without_bias]
    """
    block = InceptionBlock(6, 2, 3, 4, 2, 3, 5)
    return {
        "branch1": parameters_in(block.branch1),
        "branch2": parameters_in(block.branch2),
        "branch3": parameters_in(block.branch3),
        "branch4": parameters_in(block.branch4),
    }


def one_bright_pixel(InceptionBlock):
    """
    ask.en: >
      One pixel of channel 0 is 9, all others are 0, and the projection adds up the two channels.
      What does the pooled branch show around the pixel?
    ask.ko: >
      0번 채널의 한 픽셀만 9이고 나머지는 0이며, 사영은 두 채널을 더합니다. 풀링 가지의 출력은 그 픽셀
      주위가 어떤 모습일까요?
    vary.en: >
      Put a second pixel of 3 next to it. Does anything in the output tell of it?
    vary.ko: >
      바로 옆에 3인 픽셀을 하나 더 놓아 보세요. 출력 어딘가에 그 흔적이 남나요?
    shows: [average_pooling]
    """
    block = filled(InceptionBlock(2, 1, 1, 1, 1, 1, 1), weight=1.0, bias=0.0)
    x = torch.zeros(1, 2, 5, 5)
    x[0, 0, 2, 2] = 9.0
    return {"branch4": block.branch4(x)[0, 0]}


def a_map_below_zero(InceptionBlock):
    """
    ask.en: >
      Every pixel is -1, and the projection takes the mean of both channels and adds 2. What is the largest pixel of a window at the
      border, and of one in the middle?
    ask.ko: >
      모든 픽셀이 -1이고, 사영은 두 채널의 평균에 2를 더합니다. 가장자리 창에서 가장 큰 픽셀은 얼마이고, 가운데 창에서는
      얼마일까요?
    vary.en: >
      Let every pixel be +1. Why is nothing to be seen then, and what does that say about networks
      that pool after a ReLU?
    vary.ko: >
      모든 픽셀을 +1로 바꿔 보세요. 왜 아무 차이도 보이지 않을까요? ReLU 뒤에서 풀링하는 네트워크라면
      어떨까요?
    """
    block = filled(InceptionBlock(2, 1, 1, 1, 1, 1, 1), weight=0.5, bias=2.0)
    return {"branch4": block.branch4(torch.full((1, 2, 4, 5), -1.0))[0, 0]}


def a_projection_that_turns_over(InceptionBlock):
    """
    ask.en: >
      The projection maps v to 1 - v, so bright becomes dark. One pixel is 1, the others are 0. How
      many pixels of the pooled branch are dark?
    ask.ko: >
      사영이 v를 1 - v로 바꾸므로 밝은 것이 어두워집니다. 한 픽셀만 1이고 나머지는 0입니다. 풀링
      가지의 출력에서 어두운 픽셀은 몇 개일까요?
    vary.en: >
      Let the projection map v to 1 + v. Is the order of the two layers still to be seen?
    vary.ko: >
      사영이 v를 1 + v로 바꾸게 해 보세요. 두 층의 순서가 여전히 드러나나요?
    """
    block = filled(InceptionBlock(2, 1, 1, 1, 1, 1, 1), weight=-1.0, bias=1.0)
    x = torch.zeros(1, 2, 5, 5)
    x[0, 0, 2, 2] = 1.0
    return {"branch4": block.branch4(x)[0, 0]}


def kernels_below_zero(InceptionBlock):
    """
    ask.en: >
      All kernels are -1, there are no biases, and every pixel is 1. What leaves the first branch?
      What leaves the reduction of the second, and so the second branch?
    ask.ko: >
      모든 커널이 -1이고 편향은 없으며 모든 픽셀이 1입니다. 첫째 가지에서는 무엇이 나올까요? 둘째
      가지의 축소 층에서는 무엇이 나오고, 그래서 둘째 가지에서는 무엇이 나올까요?
    vary.en: >
      Give the biases a value at which something gets through. At which value does it begin?
    vary.ko: >
      무언가가 통과하도록 편향에 값을 주어 보세요. 어느 값에서부터 통과하기 시작하나요?
    shows: [relu_only_at_the_end]
    """
    block = filled(InceptionBlock(2, 1, 1, 1, 1, 1, 1), weight=-1.0, bias=0.0)
    x = torch.ones(1, 2, 3, 3)
    return {"branch1": block.branch1(x)[0, 0], "branch2": block.branch2(x)[0, 0]}


def large_conv_parameter_count(conv_parameter_count):
    return lambda: conv_parameter_count(512, 384, 7)


def large_InceptionBlock(InceptionBlock):
    block = InceptionBlock(16, 8, 8, 16, 4, 8, 8)
    x = torch.linspace(-1.0, 1.0, 2 * 16 * 24 * 20).reshape(2, 16, 24, 20)
    return lambda: block(x)

"""The border is filled with zeros before the maximum is taken.

cell: InceptionBlock
confuses: the padding of a convolution, with the padding of a maximum
title.ko: 최댓값을 구하기 전에 가장자리를 0으로 채웁니다
feedback.en: >
  Branch4 of your block is right inside the map and wherever the largest value is positive, but not
  at a border where all values are negative. For a weighted sum a zero outside adds nothing, so it
  is neutral; for a maximum it can win. Write down a small map of negative numbers and take the
  maximum of the window at a corner, once with your border and once over only those pixels that
  exist. Which number would never win a maximum?
feedback.ko: >
  branch4의 값은 맵 안쪽이나 최댓값이 양수인 곳에서는 맞지만, 값이 모두 음수인 가장자리에서는
  틀립니다. 가중합에서는 바깥의 0이 아무것도 더하지 않으므로 중립적이지만, 최댓값에서는 그 0이 이겨
  버릴 수 있습니다. 음수로 된 작은 맵을 적고 모서리 창의 최댓값을, 지금의 테두리를 두었을 때와
  실제로 있는 픽셀만 볼 때로 나누어 구해 보세요. 어떤 수라면 최댓값에서 절대로 이기지 못할까요?
question.en: >
  Which value is neutral for a sum, a product, a maximum or a softmax, and where in deep learning do
  you need each of them?
question.ko: >
  합, 곱, 최댓값, softmax에서 중립적인 값은 각각 무엇일까요? 딥러닝의 어디에서 그런 값이 필요할까요?
source: >
  documented torch behaviour: MaxPool2d pads with negative infinity; the documentation of version
  1.8 still said zero padding
"""


class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.ReLU()]

        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        pooling = nn.Sequential(nn.ZeroPad2d(1), nn.MaxPool2d(3, stride=1))
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        parts = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(parts, dim=1)

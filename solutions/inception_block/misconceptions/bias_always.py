"""The biases are counted even where the convolution has none.

cell: conv_parameter_count
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * kernel_size**2 + 1)

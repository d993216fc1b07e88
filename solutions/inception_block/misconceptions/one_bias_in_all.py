"""A single bias is counted for the whole convolution.

cell: conv_parameter_count
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return in_channels * out_channels * kernel_size**2 + (1 if bias else 0)

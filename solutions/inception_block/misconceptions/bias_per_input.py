"""One bias is counted for each input channel instead of each output channel.

cell: conv_parameter_count
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    count = in_channels * out_channels * kernel_size**2
    return count + in_channels if bias else count

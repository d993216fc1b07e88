"""A kernel is taken for flat: its depth, the input channels, is forgotten.

cell: conv_parameter_count
"""


def conv_parameter_count(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (kernel_size**2 + (1 if bias else 0))

"""torch's operators by the names that people know them under.

Names and what they do are those of native_functions.yaml in torch's sources.
"""

from __future__ import annotations

from collections.abc import Iterable

# They look at memory in another way, make room, or are torch's own bookkeeping: every answer has
# some, and none is told by them.
_HOUSEHOLD = """
view _unsafe_view reshape _reshape_alias permute transpose transpose_ t expand unsqueeze
unsqueeze_ squeeze squeeze_ select slice detach detach_ alias as_strided lift_fresh clone
_to_copy copy_ contiguous empty empty_like empty_strided new_empty new_empty_strided resize_
zeros zeros_like new_zeros ones ones_like new_ones full full_like new_full fill_ zero_
scalar_tensor _local_scalar_dense unbind split split_with_sizes chunk unflatten flatten movedim
swapaxes size item tolist to float double type_as dim numel is_floating_point tensor as_tensor
new_tensor requires_grad_ no_grad enable_grad device dtype cpu type int long bool half
unsafe_split unsafe_chunk narrow view_as expand_as reshape_as T mT data numpy register_buffer
register_parameter register_module save_for_backward apply parameters Parameter Module
ModuleList Sequential append extend insert children modules native_batch_norm_backward
is_same_size sym_size sym_numel
finfo iinfo ParameterDict ParameterList ModuleDict Identity manual_seed Tensor nn functional
"""
_BOOKKEEPING = frozenset(_HOUSEHOLD.split())
_KNOWN_AS = {
    "mm": "matmul",
    "bmm": "matmul",
    "mv": "matmul",
    "dot": "matmul",
    "vdot": "matmul",
    "addmm": "linear",
    "addmv": "linear",
    "baddbmm": "matmul",
    "Linear": "linear",
    "convolution": "conv2d",
    "mkldnn_convolution": "conv2d",
    "Conv2d": "conv2d",
    "MaxPool2d": "max_pool2d",
    "max_pool2d_with_indices": "max_pool2d",
    "ReLU": "relu",
    "threshold": "relu",
    "nll_loss_forward": "nll_loss",
    "im2col": "unfold",
    "Unfold": "unfold",
    "rsub": "sub",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "negative": "neg",
    "index_put": "index",
    "_index_put_impl": "index",
    "concat": "cat",
    "concatenate": "cat",
    "clamp_min": "clamp",
    "clamp_max": "clamp",
    "absolute": "abs",
    "square": "pow",
}
# Every answer calculates; that one does it by `-` and another by `sub` is no difference.
_ARITHMETIC = frozenset({"add", "sub", "mul", "div", "neg", "index", "eq", "ne", "lt", "le", "gt"})
_LITTLE = 0.25


def plain_name(operator: str) -> str:
    """aten::_log_softmax → log_softmax; a call's own name stays what it is."""
    name = operator.removeprefix("aten::")
    bare = name.rstrip("_")
    bare = _KNOWN_AS.get(bare, bare)
    return bare.removeprefix("_")


def telling(operators: Iterable[str]) -> set[str]:
    """The names of those that tell how something is computed."""
    return {plain_name(each) for each in operators if not is_bookkeeping(each)} - _ARITHMETIC


def is_bookkeeping(operator: str) -> bool:
    return operator.removeprefix("aten::") in _BOOKKEEPING


def in_place(operators: Iterable[str]) -> set[str]:
    """The names of those that change what they are given."""
    return {
        each.removeprefix("aten::")
        for each in operators
        if each.endswith("_") and not is_bookkeeping(each)
    }


def weight_of(operator: str) -> float:
    return _LITTLE if is_bookkeeping(operator) else 1.0

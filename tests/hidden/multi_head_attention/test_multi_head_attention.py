"""Hidden suite for `MultiHeadAttention`; the reference is torch's own multi-head attention.

Every test sets the weights of the four projections itself. Biases are zero except where they
are the subject, and inputs are of order 1. In double precision the heads have 4 features, so
that a scale computed in float32 is exact too.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.testing import check, check_gradients, check_like, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

PROJECTIONS = ("q_proj", "k_proj", "v_proj", "out_proj")
Parameters = dict[str, Tensor]  # "q_proj.weight", "q_proj.bias", "k_proj.weight", …


def reference(
    p: Parameters, heads: int, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> Tensor:
    """torch's multi-head attention in float64, rounded once to the inputs' dtype."""
    (b, t, e), s = query.shape, key.shape[1]
    exact = {name: parameter.double() for name, parameter in p.items()}
    blocked = None if mask is None else ~mask.expand(b, heads, t, s).reshape(b * heads, t, s)
    q, k, v = (x.double().transpose(0, 1) for x in (query, key, value))  # batch second
    output, _ = F.multi_head_attention_forward(
        q,
        k,
        v,
        embed_dim_to_check=e,
        num_heads=heads,
        in_proj_weight=torch.cat([exact[f"{name}.weight"] for name in PROJECTIONS[:3]]),
        in_proj_bias=torch.cat([exact[f"{name}.bias"] for name in PROJECTIONS[:3]]),
        bias_k=None,
        bias_v=None,
        add_zero_attn=False,
        dropout_p=0.0,
        out_proj_weight=exact["out_proj.weight"],
        out_proj_bias=exact["out_proj.bias"],
        need_weights=False,
        attn_mask=blocked,
    )
    return output.transpose(0, 1).to(query.dtype)


def parameters_of(mha: Any) -> Parameters:
    """The projections' parameters, also where the module registers them under another name."""
    found = dict(mha.named_parameters())
    for projection in PROJECTIONS:
        for kind in ("weight", "bias"):
            name = f"{projection}.{kind}"
            if name not in found:
                found[name] = getattr(getattr(mha, projection), kind)
    return found


def build(
    namespace: Any,
    e: int,
    heads: int,
    device: torch.device,
    *,
    biases: bool = False,
    dtype: torch.dtype = torch.float32,
) -> tuple[Any, Parameters]:
    """A module of the student's whose projections have known parameters, and those."""
    mha = namespace.MultiHeadAttention(e, heads)
    return mha, set_parameters(mha, e, device, biases=biases, dtype=dtype)


def set_parameters(
    mha: Any,
    e: int,
    device: torch.device,
    *,
    biases: bool = False,
    dtype: torch.dtype = torch.float32,
) -> Parameters:
    """Gives the module on `device` known parameters, and returns them.

    A projection without a bias is accepted here: the tests of the biases find it.
    """
    if dtype != torch.float32 or device.type != "cpu":
        mha.to(device=device, dtype=dtype)
    theirs, known = parameters_of(mha), {}
    for projection in PROJECTIONS:
        weight, bias = theirs[f"{projection}.weight"], theirs[f"{projection}.bias"]
        check_like(weight, (e, e), what=f"{projection}.weight")
        known[f"{projection}.weight"] = torch.randn(e, e, dtype=dtype, device=device)
        zero_or_one = torch.full((e,), float(biases), dtype=dtype, device=device)
        known[f"{projection}.bias"] = zero_or_one * torch.randn(e, dtype=dtype, device=device)
        with torch.no_grad():
            weight.copy_(known[f"{projection}.weight"])
            if bias is not None:
                check_like(bias, (e,), what=f"{projection}.bias")
                bias.copy_(known[f"{projection}.bias"])
    return known


def inputs(
    *, b: int, t: int, s: int, e: int, device: torch.device, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor]:
    """Random query (B, T, E), key (B, S, E) and value (B, S, E)."""
    # Half of order 1: with random weights of order 1 the softmax is then far from one-hot.
    query, key, value = (
        0.5 * torch.randn(b, length, e, dtype=dtype, device=device) for length in (t, s, s)
    )
    return query, key, value


def random_mask(*shape: int, device: torch.device) -> Tensor:
    """About half of the keys allowed, and at least one in every row."""
    mask = torch.rand(shape) < 0.5
    one = torch.randint(shape[-1], (*shape[:-1], 1))
    return mask.scatter(-1, one, torch.ones_like(one, dtype=torch.bool)).to(device)


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("interface")
def test_four_linear_projections(student: Any, device: torch.device) -> None:
    """q_proj, k_proj, v_proj and out_proj are linear layers of the module, with biases."""
    mha, known = build(student, 4, 2, device, biases=True)
    x = torch.randn(3, 4, device=device)
    for name in PROJECTIONS:
        expected = F.linear(x, known[f"{name}.weight"], known[f"{name}.bias"])
        check_tensor(getattr(mha, name)(x), expected, what=f"the result of {name}")
    size = sum(parameter.numel() for parameter in mha.parameters())
    check(size >= 4 * (4 * 4 + 4), "parameters() does not give those of all four projections")


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_self_attention(student: Any, device: torch.device) -> None:
    """A sequence attends to itself: one result for each of its positions."""
    mha, known = build(student, 6, 2, device)
    x, _, _ = inputs(b=2, t=5, s=5, e=6, device=device)
    expected = reference(known, 2, x, x, x)
    check_tensor(mha(x, x, x), expected)


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_cross_attention(student: Any, device: torch.device) -> None:
    """Query, key and value may differ, and query and key may differ in length."""
    for t, s in [(3, 5), (4, 4), (4, 2)]:
        mha, known = build(student, 6, 3, device)
        tensors = inputs(b=2, t=t, s=s, e=6, device=device)
        expected = reference(known, 3, *tensors)
        check_tensor(mha(*tensors), expected)


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_any_number_of_heads(student: Any, device: torch.device) -> None:
    """One head, several heads, and as many heads as features."""
    for heads in (1, 4, 8):
        mha, known = build(student, 8, heads, device)
        tensors = inputs(b=2, t=3, s=4, e=8, device=device)
        expected = reference(known, heads, *tensors)
        check_tensor(mha(*tensors), expected)


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_biases_take_part(student: Any, device: torch.device) -> None:
    """The biases of the four projections take part in the result."""
    mha, known = build(student, 6, 2, device, biases=True)
    tensors = inputs(b=2, t=3, s=4, e=6, device=device)
    expected = reference(known, 2, *tensors)
    check_tensor(mha(*tensors), expected)


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_mask_of_each_head(student: Any, device: torch.device) -> None:
    """Every head can have a mask of its own."""
    mha, known = build(student, 6, 2, device)
    tensors = inputs(b=3, t=4, s=5, e=6, device=device)
    mask = random_mask(3, 2, 4, 5, device=device)
    expected = reference(known, 2, *tensors, mask)
    check_tensor(mha(*tensors, mask), expected)
    # One head looks back, the other ahead, and there are as many queries as keys: only the values
    # tell a mask from its transpose.
    tensors = inputs(b=3, t=4, s=4, e=6, device=device)
    square = torch.ones(4, 4, dtype=torch.bool, device=device)
    mask = torch.stack([square.tril(), square.triu()])
    expected = reference(known, 2, *tensors, mask)
    check_tensor(mha(*tensors, mask), expected, what="the result for as many queries as keys")


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_mask_is_broadcast(student: Any, device: torch.device) -> None:
    """One mask can serve all heads, all queries or all sequences of the batch."""
    mha, known = build(student, 6, 2, device)
    tensors = inputs(b=3, t=4, s=5, e=6, device=device)
    for shape in [(4, 5), (3, 1, 1, 5), (3, 1, 4, 5), (2, 1, 5), (5,)]:
        mask = random_mask(*shape, device=device)
        expected = reference(known, 2, *tensors, mask)
        check_tensor(mha(*tensors, mask), expected)
    # Self-attention in which nothing looks ahead; as many heads and sequences as positions.
    mha, known = build(student, 6, 3, device)
    x, _, _ = inputs(b=3, t=3, s=3, e=6, device=device)
    masks = [random_mask(*shape, device=device) for shape in [(3, 1, 1, 3), (3, 1, 3)]]
    for mask in [torch.ones(3, 3, dtype=torch.bool, device=device).tril(), *masks]:
        expected = reference(known, 3, x, x, x, mask)
        check_tensor(mha(x, x, x, mask), expected, what="the result of self-attention")
    one = inputs(b=1, t=1, s=4, e=6, device=device)
    mask = torch.tensor([True, False, False, True], device=device).reshape(1, 1, 1, 4)
    expected = reference(known, 3, *one, mask)
    check_tensor(mha(*one, mask), expected, what="the result for a single query")


@pytest.mark.points(1, cell="MultiHeadAttention")
def test_single_allowed_key(student: Any, device: torch.device) -> None:
    """A query that may attend to a single key gets a result from that key alone."""
    mha, known = build(student, 4, 2, device)
    tensors = inputs(b=2, t=3, s=4, e=4, device=device)
    allowed = torch.randint(4, (2, 2, 3, 1), device=device)
    mask = torch.zeros(2, 2, 3, 4, dtype=torch.bool, device=device).scatter(-1, allowed, value=True)
    expected = reference(known, 2, *tensors, mask)
    check_tensor(mha(*tensors, mask), expected)


@pytest.mark.points(1, cell="MultiHeadAttention")
@pytest.mark.category("gradients")
def test_gradients_reach_the_inputs(student: Any, device: torch.device) -> None:
    """Gradients flow back to query, key and value."""
    mha, known = build(student, 6, 2, device)
    check_gradients(
        mha,
        lambda *qkv: reference(known, 2, *qkv),
        *inputs(b=2, t=3, s=4, e=6, device=device),
        names=["query", "key", "value"],
    )


@pytest.mark.points(1, cell="MultiHeadAttention")
@pytest.mark.category("gradients")
def test_gradients_reach_the_projections(student: Any, device: torch.device) -> None:
    """Gradients flow back to the weights of all four projections, so that they can learn."""
    mha, known = build(student, 4, 2, device)
    tensors = inputs(b=2, t=3, s=4, e=4, device=device)
    names = [f"{projection}.weight" for projection in PROJECTIONS]
    known |= {name: known[name].requires_grad_() for name in names}
    cotangent = torch.randn(2, 3, 4, device=device)
    wanted = torch.autograd.grad(
        reference(known, 2, *tensors), [known[name] for name in names], cotangent
    )
    theirs = parameters_of(mha)
    output = mha(*tensors)
    check_like(output, (2, 3, 4), dtype=torch.float32)
    check(output.requires_grad, "no gradient flows through the result")
    got = torch.autograd.grad(
        output, [theirs[name] for name in names], cotangent, allow_unused=True
    )
    for name, gradient, expected in zip(names, got, wanted, strict=True):
        check(gradient is not None, f"no gradient reaches {name}")
        check_tensor(gradient, expected, what=f"the gradient for {name}")


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("interface")
def test_heads_that_do_not_divide_the_size_are_refused(student: Any) -> None:
    """A number of heads that does not divide the embedding size raises a ValueError."""
    for embed_dim, heads in [(6, 4), (4, 8)]:
        check(student.MultiHeadAttention(embed_dim, 2) is not None, "two heads fit here")
        try:
            student.MultiHeadAttention(embed_dim, heads)
        except ValueError:
            continue
        check(False, "heads that do not divide the size should raise ValueError")


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("dtype and device")
def test_double_precision(student: Any, device: torch.device) -> None:
    """After .double() the module works on float64 tensors, exact to their precision."""
    mha, known = build(student, 8, 2, device, dtype=torch.float64)
    tensors = inputs(b=2, t=3, s=4, e=8, device=device, dtype=torch.float64)
    expected = reference(known, 2, *tensors)
    check_tensor(mha(*tensors), expected)


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("extremes")
def test_huge_scores(student: Any, device: torch.device) -> None:
    """The result stays finite and right where scores are far from 0."""
    # In float64: scores of some thousands carry errors of 1e-12, in float32 of 1e-3 and more.
    mha, known = build(student, 8, 2, device, dtype=torch.float64)
    query, key, value = inputs(b=2, t=3, s=4, e=8, device=device, dtype=torch.float64)
    query, key = 30 * query, 30 * key
    expected = reference(known, 2, query, key, value)
    check_tensor(mha(query, key, value), expected)


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("shapes")
def test_sizes_of_one(student: Any, device: torch.device) -> None:
    """A batch of one, one query, one key, one feature."""
    for b, t, s, e in [(1, 1, 3, 4), (1, 3, 1, 2), (2, 2, 3, 1)]:
        mha, known = build(student, e, 1, device)
        tensors = inputs(b=b, t=t, s=s, e=e, device=device)
        expected = reference(known, 1, *tensors)
        check_tensor(mha(*tensors), expected)


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("side effects")
def test_inputs_of_the_module_stay_and_nothing_is_remembered(
    student: Any, device: torch.device
) -> None:
    """Inputs are not changed; the same call gives the same again, in training and evaluation."""
    mha, known = build(student, 4, 2, device)
    query, key, value = inputs(b=2, t=3, s=4, e=4, device=device)
    mask = random_mask(2, 2, 3, 4, device=device)
    others = inputs(b=2, t=3, s=4, e=4, device=device)
    expected = reference(known, 2, query, key, value, mask)
    of_others = reference(known, 2, *others)
    other_mask = ~mask | random_mask(2, 2, 3, 4, device=device)
    with_other_mask = reference(known, 2, *others, other_mask)
    with inputs_unchanged(query=query, key=key, value=value, mask=mask):
        check_tensor(mha(query, key, value, mask), expected)
    check_tensor(mha(*others), of_others, what="a second result")
    check_tensor(mha(*others, other_mask), with_other_mask, what="the result with another mask")
    mha.eval()
    check_tensor(mha(query, key, value, mask), expected, what="the first result, asked for again")


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("dtype and device")
def test_module_computes_where_its_inputs_are(student: Any) -> None:
    """The module works after a move to another device than the CPU."""
    cpu = torch.device("cpu")
    mha, known = build(student.on_another_device(), 4, 2, cpu)
    tensors = inputs(b=2, t=3, s=4, e=4, device=cpu)
    expected = reference(known, 2, *tensors)
    check_tensor(mha(*tensors), expected)
    mask = random_mask(2, 2, 3, 4, device=cpu)
    expected = reference(known, 2, *tensors, mask)
    check_tensor(mha(*tensors, mask), expected, what="the result with a mask")


@pytest.mark.points(0.5, cell="MultiHeadAttention")
@pytest.mark.category("interface")
def test_arguments_of_the_module_by_name(student: Any, device: torch.device) -> None:
    """The arguments of the module and of its call can be given by their names."""
    mha = student.MultiHeadAttention(num_heads=2, embed_dim=4)
    known = set_parameters(mha, 4, device)
    query, key, value = inputs(b=2, t=3, s=4, e=4, device=device)
    expected = reference(known, 2, query, key, value)
    check_tensor(mha(value=value, key=key, query=query), expected)
    mask = random_mask(2, 2, 3, 4, device=device)
    expected = reference(known, 2, query, key, value, mask)
    check_tensor(mha(query, key, value, mask=mask), expected, what="the result with a mask")

"""Hidden suite for `scaled_dot_product_attention`; the reference is a few lines in float64.

In double precision D is a square, so that a scale computed in float32 is exact too: the
contract fixes the dtype of the result, not of every step.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.testing import check, check_gradients, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")


def reference(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Output and weights by the formula, in float64, rounded once to the inputs' dtype."""
    q, k, v = query.double(), key.double(), value.double()
    scores = torch.einsum("...td,...sd->...ts", q, k) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, -1)
    output = torch.einsum("...ts,...sv->...tv", weights, v)
    return output.to(query.dtype), weights.to(query.dtype)


def both(result: Any) -> tuple[Any, Any]:
    """Output and weights, after a look at whether there are two results."""
    check(
        isinstance(result, tuple | list) and len(result) == 2,
        "the function should return two tensors, the output and the weights",
    )
    return result[0], result[1]


def check_output(
    student: Any, query: Tensor, key: Tensor, value: Tensor, *mask: Tensor, **options: Any
) -> None:
    """The student's output is right; options go to check_tensor."""
    expected, _ = reference(query, key, value, *mask)  # before the call, which may change inputs
    output, _ = both(student.scaled_dot_product_attention(query, key, value, *mask))
    check_tensor(output, expected, what="the output", **options)


def check_weights(student: Any, query: Tensor, key: Tensor, value: Tensor, *mask: Tensor) -> None:
    """The weights that the student returns are right."""
    _, expected = reference(query, key, value, *mask)
    _, weights = both(student.scaled_dot_product_attention(query, key, value, *mask))
    check_tensor(weights, expected, what="the second result (the weights)")


def inputs(
    *lead: int, t: int, s: int, d: int, v: int, device: torch.device, dtype: Any = torch.float32
) -> tuple[Tensor, Tensor, Tensor]:
    """Random query (…, T, D), key (…, S, D) and value (…, S, V)."""
    shapes = [(*lead, t, d), (*lead, s, d), (*lead, s, v)]
    query, key, val = (torch.randn(shape, dtype=dtype, device=device) for shape in shapes)
    return query, key, val


def random_mask(*shape: int, device: torch.device) -> Tensor:
    """About half of the keys allowed, and at least one in every row."""
    mask = torch.rand(shape) < 0.5
    one = torch.randint(shape[-1], (*shape[:-1], 1))
    return mask.scatter(-1, one, torch.ones_like(one, dtype=torch.bool)).to(device)


@pytest.mark.points(1, cell="scaled_dot_product_attention")
def test_output_of_single_sequences(student: Any, device: torch.device) -> None:
    """The output is the mean of the values, weighted by the softmax of the scaled scores."""
    check_output(student, *inputs(t=3, s=4, d=5, v=2, device=device))
    check_output(student, *inputs(t=4, s=2, d=3, v=6, device=device))
    check_output(student, *inputs(t=4, s=4, d=3, v=3, device=device))  # nothing hides by itself


@pytest.mark.points(1, cell="scaled_dot_product_attention")
def test_weights_are_returned_too(student: Any, device: torch.device) -> None:
    """The second result holds the weights: how much each query attends to each key."""
    check_weights(student, *inputs(t=4, s=3, d=2, v=5, device=device))
    check_weights(student, *inputs(2, 3, t=2, s=3, d=4, v=1, device=device))


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
def test_weights_of_hidden_keys(student: Any, device: torch.device) -> None:
    """The weights that are returned are 0 for hidden keys, and the others sum to 1."""
    tensors = inputs(2, t=3, s=4, d=3, v=2, device=device)
    check_weights(student, *tensors, random_mask(2, 3, 4, device=device))
    everything_so_far = torch.ones(3, 3, dtype=torch.bool, device=device).tril()
    check_weights(student, *inputs(2, t=3, s=3, d=2, v=2, device=device), everything_so_far)


@pytest.mark.points(1, cell="scaled_dot_product_attention")
@pytest.mark.category("shapes")
def test_any_leading_dimensions(student: Any, device: torch.device) -> None:
    """Attention works for a batch, for a batch with heads, and for more leading dimensions."""
    for lead in [(3,), (2, 3), (2, 1, 2)]:
        check_output(student, *inputs(*lead, t=2, s=5, d=4, v=3, device=device))


@pytest.mark.points(1, cell="scaled_dot_product_attention")
def test_mask_hides_keys(student: Any, device: torch.device) -> None:
    """Each query attends only to keys where the mask is True."""
    query, key, value = inputs(2, t=4, s=5, d=3, v=2, device=device)
    for _ in range(2):
        check_output(student, query, key, value, random_mask(2, 4, 5, device=device))
    # As many queries as keys: only the values tell a mask from its transpose.
    everything_so_far = torch.ones(4, 4, dtype=torch.bool, device=device).tril()
    check_output(student, *inputs(2, t=4, s=4, d=3, v=2, device=device), everything_so_far)


@pytest.mark.points(1, cell="scaled_dot_product_attention")
def test_mask_is_broadcast(student: Any, device: torch.device) -> None:
    """One mask can serve all queries, all heads or all sequences of a batch."""
    tensors = inputs(2, 3, t=4, s=5, d=3, v=2, device=device)
    for shape in [(4, 5), (2, 1, 1, 5), (3, 1, 5), (5,)]:
        check_output(student, *tensors, random_mask(*shape, device=device))
    # As many heads and sequences as queries and keys: sizes do not tell what a mask is for.
    tensors = inputs(3, 3, t=3, s=3, d=2, v=2, device=device)
    for shape in [(3, 3), (3, 1, 1, 3), (3, 1, 3), (3, 3, 3)]:
        check_output(student, *tensors, random_mask(*shape, device=device))
    one = inputs(1, 1, t=1, s=4, d=3, v=2, device=device)
    mask = torch.tensor([True, False, False, True], device=device).reshape(1, 1, 1, 4)
    check_output(student, *one, mask)


@pytest.mark.points(1, cell="scaled_dot_product_attention")
def test_single_allowed_key_gets_all_the_weight(student: Any, device: torch.device) -> None:
    """A query that may attend to one key takes that key's value, however badly they match."""
    query, key, value = inputs(t=3, s=4, d=4, v=3, device=device)
    query, key = 10 * query.sign(), 10 * key.sign()  # scores of -200 … 200
    key[0], key[2] = query[0], -query[0]  # for query 0 key 0 is the best, key 2 the worst
    allowed = torch.tensor([[2], [0], [3]], device=device)
    mask = torch.zeros(3, 4, dtype=torch.bool, device=device).scatter(1, allowed, value=True)
    check_output(student, query, key, value, mask)


@pytest.mark.points(1, cell="scaled_dot_product_attention")
@pytest.mark.category("extremes")
def test_huge_scores_are_finite_and_right(student: Any, device: torch.device) -> None:
    """Scores up to 1e4 in size neither overflow nor give nan, masked or not."""
    # Whole numbers and D = 16: the scores are exact in float32, in whatever order one scales.
    query = torch.randint(-25, 26, (2, 3, 16), device=device).float()
    key = torch.randint(-25, 26, (2, 4, 16), device=device).float()
    query[0, 0], key[0, 0], key[0, 1] = 50.0, 50.0, -50.0  # scores of 1e4 and -1e4
    value = torch.randn(2, 4, 2, device=device)
    # exp(x - logsumexp(x)) rounds twice near 1e4, by 5e-4 each in float32; values are below 5.
    check_output(student, query, key, value, atol=1e-2)
    mask = torch.tensor([[0, 1, 0, 0], [1, 0, 1, 1]], dtype=torch.bool, device=device)
    mask = mask[:, None].repeat(1, 3, 1)  # in the first sequence only the key with score -1e4
    check_output(student, query, key, value, mask, atol=1e-2)


@pytest.mark.points(1, cell="scaled_dot_product_attention")
@pytest.mark.category("gradients")
def test_gradients_reach_query_key_and_value(student: Any, device: torch.device) -> None:
    """Gradients flow from the output back to query, key and value."""
    check_gradients(
        lambda q, k, v: both(student.scaled_dot_product_attention(q, k, v))[0],
        lambda q, k, v: reference(q, k, v)[0],
        *inputs(2, t=3, s=4, d=5, v=2, device=device),
        names=["query", "key", "value"],
    )


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("gradients")
def test_gradients_through_the_weights(student: Any, device: torch.device) -> None:
    """Gradients flow from the returned weights back to query and key."""
    query, key, value = inputs(2, t=2, s=3, d=5, v=2, device=device)
    check_gradients(
        lambda q, k: both(student.scaled_dot_product_attention(q, k, value))[1],
        lambda q, k: reference(q, k, value)[1],
        query,
        key,
        names=["query", "key"],
    )


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("gradients")
def test_gradients_with_a_mask(student: Any, device: torch.device) -> None:
    """With a mask the gradients are finite and right, also where only one key is allowed."""
    mask = random_mask(2, 3, 4, device=device)
    mask[0, 0] = torch.tensor([False, False, True, False])
    check_gradients(
        lambda q, k, v: both(student.scaled_dot_product_attention(q, k, v, mask))[0],
        lambda q, k, v: reference(q, k, v, mask)[0],
        *inputs(2, t=3, s=4, d=5, v=2, device=device),
        names=["query", "key", "value"],
    )


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("dtype and device")
def test_double_precision(student: Any, device: torch.device) -> None:
    """Attention on float64 tensors is float64 and exact to its precision, masked or not."""
    tensors = inputs(2, t=3, s=5, d=4, v=3, device=device, dtype=torch.float64)
    check_output(student, *tensors)
    check_output(student, *tensors, random_mask(2, 3, 5, device=device))
    check_weights(student, *tensors)


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("shapes")
def test_sizes_of_one(student: Any, device: torch.device) -> None:
    """Attention works with one query, one key, one feature and one value feature."""
    for t, s, d, v in [(1, 4, 3, 2), (3, 1, 2, 2), (2, 3, 1, 1), (1, 1, 1, 1)]:
        check_output(student, *inputs(1, t=t, s=s, d=d, v=v, device=device))


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("side effects")
def test_inputs_stay_and_nothing_is_remembered(student: Any, device: torch.device) -> None:
    """Query, key, value and mask are not changed, and the same call gives the same again."""
    query, key, value = inputs(2, t=3, s=4, d=3, v=2, device=device)
    mask = random_mask(2, 3, 4, device=device)
    others = inputs(2, t=3, s=4, d=3, v=2, device=device)
    with inputs_unchanged(query=query, key=key, value=value, mask=mask):
        check_output(student, query, key, value, mask)
    check_output(student, *others)
    check_output(student, *others, random_mask(2, 3, 4, device=device))
    check_output(student, query, key, value, mask)


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("dtype and device")
def test_attention_computes_where_its_inputs_are(student: Any) -> None:
    """Attention works on tensors that are on another device than the CPU."""
    cpu = torch.device("cpu")
    tensors = inputs(2, t=3, s=4, d=3, v=2, device=cpu)
    other = student.on_another_device()
    check_output(other, *tensors)
    check_output(other, *tensors, random_mask(2, 3, 4, device=cpu))


@pytest.mark.points(0.5, cell="scaled_dot_product_attention")
@pytest.mark.category("interface")
def test_arguments_by_name(student: Any, device: torch.device) -> None:
    """The arguments can be given by their names."""
    query, key, value = inputs(t=2, s=3, d=3, v=3, device=device)
    mask = random_mask(2, 3, device=device)
    output, _ = reference(query, key, value, mask)
    got = student.scaled_dot_product_attention(mask=mask, value=value, key=key, query=query)
    check_tensor(both(got)[0], output, what="the output")

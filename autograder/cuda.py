"""CUDA in a forked process: started once in each fork, and in no process that forks.

A context does not survive a fork, and neither do autograd's threads for a GPU: the first backward
pass of a process counts the GPUs, once and for all, and starts a thread for each. So a process
that forks may neither start CUDA nor run a backward pass where it could see a GPU; and where it
could not see one, its children would have no such thread. See decisions/0003.
Source: Engine::start_device_threads in torch/csrc/autograd/engine.cpp, and
https://docs.pytorch.org/docs/stable/notes/multiprocessing.html (poison fork)
"""

from __future__ import annotations

import importlib
import os

import torch

from autograder import wire

VISIBLE = "CUDA_VISIBLE_DEVICES"
# What torch imports when a backward pass is first told a cotangent: 0.6 s, sympy and all.
_LATE_IMPORTS = ("torch.fx.experimental.symbolic_shapes", "torch.autograd.forward_ad")


class CudaFailure(Exception):
    """CUDA does not start in this process, or broke: a failure of ours."""


def may_be_used() -> bool:
    """Whether this process or its forks may see a GPU: the sandbox names one to those that may."""
    return bool(os.environ.get(VISIBLE))


def import_what_backward_needs() -> None:
    """The warm-up of a process that forks and must not run a backward pass itself."""
    for name in _LATE_IMPORTS:
        importlib.import_module(name)


def start(gpu: str = "", *, share_bytes: int = 0) -> None:
    """Make this process's CUDA context, and load what CUDA loads at its first use.

    gpu          the card's UUID; "": the first that is visible
    share_bytes  what torch's allocator may take on the card; 0: all there is
    raises       CudaFailure
    """
    if gpu:
        os.environ[VISIBLE] = gpu
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
        compute_exactly()
        _use_once()
        if share_bytes:
            total = torch.cuda.get_device_properties(0).total_memory
            torch.cuda.set_per_process_memory_fraction(min(1.0, share_bytes / total))
        torch.cuda.empty_cache()
    except (RuntimeError, AssertionError, OSError) as error:
        # torch says AssertionError where it was built without CUDA.
        raise CudaFailure(str(error).strip().partition("\n")[0]) from error


def compute_exactly(*, tf32: bool = False) -> None:
    """float32 with all of its bits, and convolutions that give the same again.

    torch multiplies matrices in full float32 by default, but convolutions in TF32, which has ten
    bits of mantissa: errors of 1e-3 where the tolerances of `autograder.testing` expect 1e-6.
    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html (TF32)
    """
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


def seed(number: int) -> None:
    """The GPU's generators, of a process that has started CUDA."""
    torch.cuda.manual_seed_all(number)


def card_is_full() -> bool:
    """Whether even the part of the card is used that no share may use.

    Then somebody has more than their share, and whoever runs out of memory is not to blame.
    """
    free, total = torch.cuda.mem_get_info()
    return free < wire.SPARE_OF_A_CARD * total / 2


def _use_once() -> None:
    """The libraries of products and convolutions, their kernels' files, and autograd's thread."""
    square = torch.ones(8, 8, device="cuda", requires_grad=True)
    image = torch.ones(1, 1, 8, 8, device="cuda")
    (square @ square).sum().backward()  # type: ignore[no-untyped-call]
    torch.nn.functional.linear(square, square, square[0]).exp().sum().item()
    torch.nn.functional.conv2d(image, image[:, :, :3, :3]).sum().item()
    torch.randn(2, device="cuda").cpu()
    torch.cuda.synchronize()

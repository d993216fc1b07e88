"""The student's side of the suite `hidden/proxies`: plain functions and modules."""

HELPERS = """
import math
import torch
from torch import nn


class OwnError(ValueError):
    pass


class Seven(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 7


class Broken(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * (1 // 0)


def fail(name):
    raise {"ValueError": ValueError, "KeyError": KeyError, "ZeroDivisionError": ZeroDivisionError,
           "NotImplementedError": NotImplementedError}[name]("too bad")


def own_error():
    raise OwnError("my own")


def change_second(x, y):
    y.add_(1)
    return x


def fine_in_place(x):
    out = torch.empty_like(x)
    for i in range(len(x)):
        out[i] = x[i].clone().mul_(2)
    return out


def fine_branches(x):
    return x.exp() if bool((x > 0).any()) else x


def fine_one_hot(x):
    return x * torch.nn.functional.one_hot(x.argmax(1), 4).to(x.dtype)


def wrong_cpu_mask(x):
    return x.masked_fill(torch.ones(3, 4).tril().bool(), 0.0)


TABLE = {
    "echo": lambda x: x,
    "nested": lambda x: ({"double": x * 2}, [1, 2]),
    "keywords": lambda **kwargs: kwargs,
    "same": lambda x, y: x is y,
    "twice": lambda x: (lambda y: (y, y))(x + 1),
    "fail": fail,
    "own_error": own_error,
    "change_second": change_second,
    "random": lambda: torch.randn(3),
    "grad_mode": torch.is_grad_enabled,
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "mixed": lambda x, y: (x * y.exp()).sin() + y**2,
    "first_only": lambda x, y: x**2,
    "product": lambda x, y: x * y,
    "detached": lambda x: x.detach() * 2,
    "max_and_place": lambda x: (x.max(), x.argmax()),
    "square_and_cube": lambda x: (x**2, x**3),
    "own_backward": Seven.apply,
    "fails_backward": Broken.apply,
    "run_module": lambda module, x: module(x),
    "fine_like": lambda x: x + torch.zeros_like(x),
    "fine_asks_device": lambda x: x + torch.ones(4, device=x.device, dtype=x.dtype),
    "fine_new_zeros": lambda x: x + x.new_zeros(4) + x.new_tensor([1.0, 2.0, 3.0, 4.0]),
    "fine_scalar_tensor": lambda x: x * torch.tensor(2.0),
    "fine_branches": fine_branches,
    "fine_item": lambda x: x * float(x.max().item()),
    "fine_cpu_index": lambda x: x[torch.arange(3), torch.tensor([0, 1, 3])],
    "fine_in_place": fine_in_place,
    "fine_one_hot": fine_one_hot,
    "fine_stack": lambda x: torch.stack([row / row.sum() for row in x]),
    "fine_generator_like": lambda x: x + torch.randn_like(x) * 0,
    "fine_to_result": lambda x: torch.ones(4).to(x) * x,
    "fine_comprehension": lambda x: torch.stack([sum(v for v in row) for row in x]),
    "wrong_cpu_zeros": lambda x: x + torch.zeros(3, 4),
    "wrong_cpu_tensor": lambda x: x * torch.tensor([1.0, 2.0, 3.0, 4.0]),
    "wrong_cpu_arange": lambda x: x * torch.arange(4),
    "wrong_cpu_mask": wrong_cpu_mask,
    "wrong_cpu_random": lambda x: x + torch.randn(3, 4),
    "left_behind": lambda x: torch.zeros(3, 4),
}
"""

APPLY = "def apply(what, *args, **kwargs):\n    return TABLE[what](*args, **kwargs)"

NET = """class Net(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.size = (inputs, outputs)
        self.inner = nn.Linear(inputs, outputs)
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.register_buffer("calls", torch.tensor(0))

    @property
    def half_scale(self):
        return self.scale / 2

    def describe(self, text, times=1):
        return f"{text}{self.size[0]}" * times

    def forward(self, x):
        self.calls += 1
        return self.scale * self.inner(x)"""

TIED = """class Tied(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.first = nn.Linear(size, size, bias=False)
        self.second = nn.Linear(size, size, bias=False)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(self.first(x))"""

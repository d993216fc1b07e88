"""Which code may stand in a notebook that other people run on their own machines."""

from __future__ import annotations

import pytest

from autograder.peer.pack.harmless import fits_into_a_function, is_harmless
from tests.peer.pack.groups import NAME, ROOT
from tests.peer.pack.packs import BY_LOG, LOG, PLAIN, SHIFTED

HARMFUL = [
    "import os\nos.remove('x')",
    "import subprocess",
    "from torch.utils import cpp_extension",
    "import torch.utils.cpp_extension as c",
    "from os import *",
    "torch.load('x')",
    "torch.save(x, '/tmp/x')",
    "torch.hub.load('a', 'b')",
    "torch.ops.load_library('x')",
    "torch._C._jit()",
    "torch.serialization.os.system('true')",
    "numpy.load('x', allow_pickle=True)",
    "x.numpy().tofile('x')",
    "torch.from_file('/etc/passwd')",
    "open('x', 'w')",
    "eval('1')",
    "exec('1')",
    "__import__('os')",
    "getattr(torch, 'lo' + 'ad')('x')",
    "getattr(torch, 'load')('x')",
    "getattr(torch, '_C')",
    "g = getattr\ng(torch, 'load')",
    "map(getattr, [torch], ['load'])",
    "globals()['x']",
    "().__class__.__base__.__subclasses__()",
    "f.__globals__['os']",
    "f.__reduce__()",
    "__builtins__['open']",
    "import operator\noperator.attrgetter('__globals__')(f)",
    "import warnings\nwarnings.sys.modules",
    "import typing\ntyping.get_type_hints(f)",
    "from . import x",
    "get_ipython().system('ls')",
    "async def f():\n    await g()",
    "torch.profiler.profile().export_chrome_trace('x')",
    "torch.cuda.memory._dump_snapshot('x')",
    "x._backward_hooks",
    "torch.softmax = None",
    "torch.Tensor.exp = f",
    "del torch.exp",
    "setattr(torch, 'exp', f)",
    "s = setattr\ns(torch, 'exp', f)",
    "torch.set_default_dtype(torch.float64)",
    "torch.use_deterministic_algorithms(True)",
    "def f(:",
    "x\0y",
]


@pytest.mark.parametrize("code", HARMFUL)
def test_what_leads_out_of_tensors_is_not_shown(code: str) -> None:
    assert not is_harmless(code)


@pytest.mark.parametrize("code", [SHIFTED, BY_LOG, LOG, PLAIN])
def test_plain_answers_are_shown(code: str) -> None:
    assert is_harmless(code)
    assert fits_into_a_function(code)


def test_most_honest_alternatives_of_the_course_could_be_shown() -> None:
    files = sorted((ROOT / "solutions").glob("*/alternatives/*.py"))
    assert len(files) >= 20
    refused = [path.stem for path in files if not is_harmless(path.read_text())]
    assert len(refused) <= len(files) // 10, refused
    assert (ROOT / "solutions" / NAME).is_dir()


@pytest.mark.parametrize(
    "code",
    ["global x", "from torch import *", "return 1", 'x = """a\nb"""', "def f():\n    global y"],
)
def test_what_would_mean_something_else_inside_of_a_function_is_not(code: str) -> None:
    assert not fits_into_a_function(code)

"""Student code that dies, hangs, or takes what it should not have, each with one verdict.

Nothing here may depend on chance or on how busy the machine is: the verdict, words included, has
to be the same in an undisturbed run and in a disturbed one. Loops are short, since a grading that
takes long is killed again and again before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Hostile:
    name: str
    assignment: str
    symbol: str
    code: str
    full_marks: bool = False


def _function(signature: str, body: str) -> str:
    return f"def {signature}:\n" + "".join(f"    {line}\n" for line in dedent(body).splitlines())


def _class(name: str, body: str) -> str:
    return f"class {name}(torch.nn.Module):\n" + "".join(
        f"    {line}\n" for line in dedent(body).splitlines()
    )


HOSTILE = (
    Hostile(
        "ends its process",
        "cross_entropy",
        "softmax",
        _function("softmax(logits, dim=-1)", "import os\nos._exit(3)"),
    ),
    Hostile(
        "kills itself",
        "cross_entropy",
        "log_softmax",
        _function("log_softmax(logits, dim=-1)", "import os\nos.kill(os.getpid(), 9)"),
    ),
    Hostile(
        "kills its parent",
        "cross_entropy",
        "cross_entropy",
        _function("cross_entropy(*args, **kwargs)", "import os\nos.kill(os.getppid(), 9)"),
    ),
    Hostile(
        "never ends in one case",
        "inception_block",
        "conv_parameter_count",
        _function(
            "conv_parameter_count(in_channels, out_channels, kernel_size, bias=True)",
            """
            while not bias:
                pass
            return out_channels * (in_channels * kernel_size**2 + 1)
            """,
        ),
    ),
    Hostile(
        "aborts",
        "inception_block",
        "InceptionBlock",
        _class("InceptionBlock", "def __init__(self, *args):\n    import os\n    os.abort()"),
    ),
    Hostile(
        "ends while it loads",
        "lstm_cell",
        "LSTMCell",
        _class("LSTMCell", "import os\nos._exit(7)"),
    ),
    Hostile(
        "takes its time",
        "lstm_cell",
        "lstm_sequence",
        _function(
            "lstm_sequence(cell, x, state=None)",
            """
            import time
            began = time.monotonic()
            while time.monotonic() - began < 0.05:
                pass
            outputs = []
            for step in x:
                state = cell(step, state)
                outputs.append(state[0])
            return torch.stack(outputs), state
            """,
        ),
        full_marks=True,
    ),
    Hostile(
        "takes memory",
        "multi_head_attention",
        "scaled_dot_product_attention",
        _function(
            "scaled_dot_product_attention(query, key, value, mask=None)",
            "return bytearray(8 << 30)",
        ),
    ),
    Hostile(
        "answers with too much",
        "multi_head_attention",
        "MultiHeadAttention",
        _class(
            "MultiHeadAttention",
            """
            def __init__(self, *args):
                super().__init__()
            def forward(self, *args, **kwargs):
                return torch.zeros(1).expand(1 << 25).contiguous()
            """,
        ),
    ),
    Hostile(
        "crashes in native code",
        "vae_elbo",
        "kl_divergence",
        _function("kl_divergence(mu, logvar)", "import ctypes\nreturn ctypes.string_at(0)"),
    ),
    Hostile(
        "says too much",
        "vae_elbo",
        "elbo",
        _function(
            "elbo(*args)", "for _ in range(200):\n    print('x' * 65536)\nraise SystemExit(4)"
        ),
    ),
    Hostile(
        "wants the network and processes",
        "vae_elbo",
        "reparameterize",
        _function(
            "reparameterize(*args, **kwargs)",
            """
            import os, socket
            try:
                socket.create_connection(("192.0.2.1", 80), 1)
            except OSError:
                pass
            os.fork()
            """,
        ),
    ),
)

"""Students who send what a hidden test gives them out by every way that there is.

Each appends a cell to the right solution that defines a graded function anew.
"""

from __future__ import annotations

HEAD = """
import os, sys, torch


def _numbers(values):
    for value in values:
        if isinstance(value, torch.Tensor):
            yield from value.detach().flatten().double().tolist()
        elif isinstance(value, (int, float)):
            yield float(value)


def _seen(args, kwargs):
    return list(_numbers([*args, *kwargs.values()]))


def _letters(values):
    return "".join(chr(97 + int(c)) for v in values for c in f"{abs(v):.8f}" if c.isdigit())
"""

# What the function does with `seen`, a list of the numbers in its arguments.
WAYS = {
    "message": "raise ValueError(str(seen))",
    "pieces": "raise ValueError(' '.join(f'{abs(v):.8f}'[2:5] for v in seen))",
    "f_string": "raise ValueError(f'expected {seen} of size {seen[0]}')",
    "letters": "raise KeyError(_letters(seen))",
    "class_name": "raise type('E_' + _letters(seen), (ValueError,), {})('no')",
    "function_name": (
        "code = f'def f_{_letters(seen)}(): raise ValueError(1)\\nf_{_letters(seen)}()'\n"
        "    exec(compile(code, sys._getframe().f_code.co_filename, 'exec'), {})"
    ),
    "type_of_result": "return type('R_' + _letters(seen), (), {})()",
    "attribute": "return {_letters(seen): 1}",
    "shape": "return torch.zeros([0, *(int(abs(v) * 1e8) % 2**31 for v in seen[:20])])",
    "deep_shape": "return torch.zeros([0] + [int(abs(v) * 10) % 9 + 1 for v in seen * 9][:40])",
    "printed": (
        "print(seen); print(seen, file=sys.stderr); os.write(1, str(seen).encode())\n"
        "    open('seen.txt', 'w').write(str(seen))\n    return str(seen)"
    ),
    "exit_status": "os._exit(int(abs(seen[0]) * 1e8) % 251)",
    "constant": "return torch.zeros(())",
    "import": "__import__('m_' + _letters(seen))",
    "chained": (
        "try:\n        raise ValueError(str(seen))\n"
        "    except ValueError as first:\n        raise RuntimeError(repr(first)) from first"
    ),
    "assertion": "assert False, str(seen)",
    "note": "e = ValueError('no'); e.add_note(str(seen)); raise e",
    "warning": "import warnings; warnings.warn(str(seen)); raise UserWarning(str(seen))",
}


def source(symbol: str, way: str) -> str:
    body = f"    seen = _seen(args, kwargs)\n    {WAYS[way]}\n"
    return f"{HEAD}\n\ndef {symbol}(*args, **kwargs):\n{body}"


def letters(values: list[float]) -> str:
    return "".join(chr(97 + int(c)) for v in values for c in f"{abs(v):.8f}" if c.isdigit())

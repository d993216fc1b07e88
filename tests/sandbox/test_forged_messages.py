"""Student code that finds the line to the examiner and speaks on it for itself.

Whatever it says, the notebook is graded, the forger gains nothing, and no other notebook notices.
"""

from __future__ import annotations

import pytest

from tests.sandbox.lab import Lab, full_marks, messages, outcomes, score

# Helpers for the forger: the socket's descriptor is not hard to find.
HANDS = """
import os, stat, struct, time

FOUND = []


def line():
    for fd in range(3, 9999):
        if FOUND:
            break
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.set_blocking(fd, True)
                FOUND.append(fd)
        except OSError:
            pass
    return FOUND[0]


def say(data):
    os.write(line(), data)


def frame(message):
    import msgspec

    body = msgspec.msgpack.encode(message)
    say(struct.pack(">I", len(body)) + body)


def tensor(dtype, shape, data=b""):
    frame(["result", ["t", 0], [[dtype, shape, data, False, False, 0]], 0, []])


def deep(levels):
    value = None
    for _ in range(levels):
        value = ["s", "list", [value]]
    return value
"""
PRIME = 2**61 - 1  # integers have their value modulo this as their hash

IN_A_CALL = {
    "an answer of nothing": 'frame(["result", None, [], 0, []])',
    "an answer to the next calls too": '[frame(["result", None, [], 0, []]) for _ in range(50)]',
    "no message": 'say(b"\\x00\\x00\\x00\\x05abcde")',
    "a length of four gigabytes": 'say(b"\\xf0\\x00\\x00\\x00")',
    "half a message": 'say(struct.pack(">I", 1000) + b"x"); os._exit(0)',
    "its own end": 'say(struct.pack(">IIi", 0xFFFFFFFF, 0x7A79676F, 0))',
    "a loaded notebook": 'frame(["loaded", {"double": "function"}, {}, []])',
    "a notebook that loads": 'frame(["loading", 0])',
    "a negative size": 'tensor("float32", [-3])',
    "a size without bytes": 'tensor("float32", [3], b"12345")',
    "sizes beyond all numbers": 'tensor("float32", [2**62, 2**62, 0])',
    "too many dimensions": 'tensor("float32", [0] * 65)',
    "an unknown dtype": 'tensor("object", [1], b"12345678")',
    "a tensor that is not there": 'frame(["result", ["t", 7], [], 0, []])',
    "an object that is not there": 'frame(["result", ["h", 99, "module", "x"], [], 0, []])',
    "a list that is deeper than the stack": 'frame(["result", deep(400), [], 0, []])',
    "arrays in arrays": 'say(struct.pack(">I", 200000) + b"\\x91" * 200000)',
    "a million empty lists": 'frame(["result", ["s", "list", [["s", "list", []]] * 10**6], [], 0])',
    "keys of one hash": f'frame(["result", ["d", [[["n", "bigint", hex({PRIME} * i)], 1] '
    "for i in range(16, 20000)]], [], 0, []])",
    "notes without end": 'while True: frame(["noted", "network-attempt", "", 0])',
    "a skipped test": 'frame(["raised", ["Skipped", "Exception"], "skip", []])',
    "our own exceptions": 'frame(["raised", ["PlatformFailure", "Finding", "Exception"], "x", []])',
    "a name that is none": 'frame(["raised", ["a\\x00b", "Exception"], "x", []])',
    "a long story": 'frame(["raised", ["x" * 10**6] * 50, "m" * 10**6, []])',
    "nothing more": "os.close(line())",
}
WHILE_LOADING = {
    "a unit before the first": 'frame(["loading", -1]); say(b"\\xf0\\x00\\x00\\x00")',
    "a unit after the last": 'frame(["loading", 10**6]); os._exit(3)',
    "every unit": '[frame(["loading", i]) for i in range(20)]; os._exit(3)',
    "that it has loaded": 'frame(["loaded", {"double": "function"}, {}, []]); os._exit(3)',
    "an answer": 'frame(["result", None, [], 0, []])',
    "its own end": 'say(struct.pack(">IIi", 0xFFFFFFFF, 0x7A79676F, 0)); time.sleep(60)',
}
ENDLESSLY_WHILE_LOADING = {
    "notes": 'frame(["noted", "network-attempt", "", 0])',
    "that it goes on": 'frame(["loading", LAST])',
    "single bytes": 'say(b"\\x00")',
}


@pytest.mark.parametrize("what", IN_A_CALL)
def test_a_call_that_says(lab: Lab, what: str) -> None:
    code = f"def double(x):\n    {IN_A_CALL[what]}\n    return x * 3"
    graded = lab.sums_of(HANDS, double=code)
    assert score(graded, "double") == 0
    assert all(len(message) <= 4000 for message in messages(graded).values())


@pytest.mark.parametrize("what", WHILE_LOADING)
def test_a_definition_that_says(lab: Lab, what: str) -> None:
    helper = f"{HANDS}\ndef hack():\n    {WHILE_LOADING[what]}"
    graded = lab.sums_of(helper, double="def double(x, y=hack()):\n    return x * 3")
    assert score(graded, "double") == 0


@pytest.mark.parametrize("what", ENDLESSLY_WHILE_LOADING)
def test_a_definition_that_says_without_end(lab: Lab, what: str) -> None:
    """A message now and then does not buy more time."""
    body = ENDLESSLY_WHILE_LOADING[what].replace("LAST", "0")
    helper = f"{HANDS}\ndef hack():\n    while True:\n        {body}\n        time.sleep(0.1)"
    graded = lab.sums_of(helper, double="def double(x, y=hack()):\n    return x * 3")
    assert score(graded, "double") == 0


def test_a_forger_does_not_blame_another_symbol_for_a_forbidden_function(lab: Lab) -> None:
    """It may blame its own notebook, and nothing that the course does not forbid."""
    body = 'frame(["noted", "forbidden-api:torch.add", "negate", 1])'
    graded = lab.sums_of(HANDS, double=f"def double(x):\n    {body}\n    return torch.add(x, x)")
    assert full_marks(graded)
    assert not [flag for flag in graded.flags if "torch.add" in flag]


def test_forged_flags_are_not_passed_on(lab: Lab) -> None:
    flags = [
        "<script>",
        "network-attempt:\x1b[31m",
        "graded",
        "x" * 999,
        "file-attempt:" + "y" * 999,
    ]
    body = f'[frame(["noted", flag, "", 0]) for flag in {flags!r}]'
    graded = lab.sums_of(HANDS, double=f"def double(x):\n    {body}\n    return torch.add(x, x)")
    assert [flag for flag in graded.flags if not flag.startswith("missing-cell")] == []


def test_the_next_notebook_is_graded_as_if_nothing_had_been(lab: Lab) -> None:
    assert full_marks(lab.sums_of())
    assert (
        outcomes(lab.sums_of(double="def double(x):\n    return x"))["test_negate_a_vector"]
        == "passed"
    )

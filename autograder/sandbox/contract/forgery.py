"""Student code that finds the line to its examiner and speaks on it for itself.

Whatever it says, it has no points for it, and no other symbol and no other student notices.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from autograder import wire
from autograder.report import Outcome
from autograder.sandbox.contract.behaviour import Group
from autograder.sandbox.contract.bench import Bench
from autograder.sandbox.contract.endings import DOUBLES, with_a_matrix

FORGERY = Group("forgery")

_HANDS = """
import os, stat, struct, time

def line():
    for fd in range(3, 1024):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.set_blocking(fd, True)
                return fd
        except OSError:
            pass

def say(data):
    while data:
        data = data[os.write(line(), data):]

def frame(body):
    say(struct.pack(">I", len(body)) + body)
"""
_LOST = (Outcome.CRASHED, Outcome.TIMEOUT, Outcome.FAILED, Outcome.ERROR)
_NOTHING = msgspec.msgpack.encode(wire.Result(None, []))
_NOTE = msgspec.msgpack.encode(wire.Noted("network-attempt"))
_LOADED = msgspec.msgpack.encode(wire.Loaded({"double": "function"}, {}, []))

SAYINGS = {
    "a flood of garbage on the line is a crash": "while True: say(os.urandom(1 << 16))",
    "a length of four gigabytes is a crash": "say(b'\\xff\\xff\\xff\\xfe'); time.sleep(60)",
    "half a message and the end is a crash": "say(struct.pack('>I', 1000) + b'x'); os._exit(0)",
    "a message of another kind is a crash": f"frame({_LOADED!r}); time.sleep(60)",
    "notes without end are a crash": f"while True: frame({_NOTE!r})",
    "a closed line is a crash": "os.close(line()); time.sleep(60)",
}


def _costs_its_own_test(saying: str) -> Callable[[Bench], None]:
    def look(bench: Bench) -> None:
        verdict = bench.grade("hurried", _HANDS, double=with_a_matrix(saying))
        lost = {DOUBLES[1]: (Outcome.CRASHED, Outcome.TIMEOUT)}
        verdict.expect_lost_only(lost)

    return look


for _name, _saying in SAYINGS.items():
    FORGERY.add(_name, _costs_its_own_test(_saying))


@FORGERY
def an_answer_given_before_it_is_asked_for_has_no_points(bench: Bench) -> None:
    """Fifty empty answers at the first call. Its author's other symbols may suffer for it."""
    code = f"def double(x):\n    for _ in range(50):\n        frame({_NOTHING!r})\n    return x * 3"
    bench.grade("hurried", _HANDS, double=code).expect_no_points("double", "a forger")
    honest = bench.grade("hurried")
    honest.expect_full_marks("an honest student after the forger")


@FORGERY
def a_cell_that_speaks_while_it_loads_costs_its_own_names(bench: Bench) -> None:
    helper = f"{_HANDS}\ndef speak():\n    frame({_NOTHING!r})\n    say(os.urandom(1 << 16))"
    code = "def double(x, y=speak()):\n    return x + x"
    verdict = bench.grade("hurried", helper, double=code)
    verdict.expect_lost_only(dict.fromkeys(DOUBLES, _LOST))

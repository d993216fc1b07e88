"""Student code that has a stand-in at hand, and wants more of it than its answers.

Whatever it does costs its own tests, brings nothing for the symbol that is wrong, and shows
nothing of the reference.
"""

from __future__ import annotations

import pytest

from autograder.wire import Graded
from tests.carry.chain import MARK, WRONG, Chain, of, said
from tests.sandbox.lab import score

# Walks all that a Python process can get at, and counts where a word is.
SEARCH = f"""
import gc, inspect, linecache, os, sys, types

OWN = "tou" "can"
MINE = "a toucan of my own"
WORD = "".join({list(MARK)})


def texts(thing):
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, (bytes, bytearray)):
        yield bytes(thing).decode("latin1")
    elif isinstance(thing, types.CodeType):
        yield from (thing.co_filename, thing.co_name, *thing.co_names, *thing.co_varnames)
        for part in thing.co_consts:
            yield from texts(part)
    elif isinstance(thing, types.FunctionType):
        yield from texts(thing.__code__)


def everything():
    things = [*gc.get_objects(), *sys.modules.values(), *linecache.cache.values()]
    frame = sys._getframe()
    while frame is not None:
        things += [frame.f_locals, frame.f_code]
        frame = frame.f_back
    gc.unfreeze()
    yield from things
    yield from gc.get_referents(*things)


def files():
    for process in ("", "/self", "/self/task", "/self/fd", f"/{{os.getppid()}}"):
        folder = "/proc" + process
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            try:
                with open(f"{{folder}}/{{name}}", "rb") as file:
                    yield file.read(1 << 20).decode("latin1")
            except OSError:
                pass


def sources(stand_in):
    for read in (inspect.getsource, inspect.getdoc, inspect.signature, inspect.getfile, repr):
        try:
            yield str(read(stand_in))
        except (OSError, TypeError, ValueError):
            pass
    yield from texts(stand_in)
    for cell in getattr(stand_in, "__closure__", None) or ():
        yield repr(cell.cell_contents)
        yield repr(getattr(cell.cell_contents, "__dict__", ""))


FOUND = {{}}


def hits(*stand_ins):
    '''How often our own word is found, and how often the other; searched for once.'''
    if not FOUND:
        found = [text for thing in everything() for text in texts(thing)]
        found += [*files(), *(text for each in stand_ins for text in sources(each))]
        FOUND["hits"] = [sum(word in text != word for text in found) for word in (OWN, WORD)]
    return FOUND["hits"]
"""

# As tests/sandbox/test_forged_messages.py: the line to the examiner is not hard to find.
HANDS = """
import os, stat, struct, threading, time
import msgspec


def line():
    for fd in range(3, 9999):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                return fd
        except OSError:
            pass


def frame(message):
    body = msgspec.msgpack.encode(message)
    os.write(line(), struct.pack(">I", len(body)) + body)


def far():
    held = [cell.cell_contents for cell in double.__closure__]
    return next(each for each in held if hasattr(each, "call"))


def deep(levels):
    value = None
    for _ in range(levels):
        value = ["s", "list", [value]]
    return value
"""
FORGED = {
    "a question about the symbol under test": 'far().call("quadruple", (x,), {})',
    "a question about a symbol that is right": 'far().call("bystander", (x,), {})',
    "a question about a name of the reference's": 'far().call("torch", (), {})',
    "an attribute of a module": 'far().call("Gate.forward", (x,), {})',
    "a question about no module": 'far().call("", (x,), {})',
    "the examiner's own requests": 'frame(["get", 0, "double"])',
    "an answer to itself": 'frame(["upreply", ["result", None, [], 0, []]])',
    "a question without its parts": 'frame(["upcall", "double"])',
    "a value that is deeper than ours": 'frame(["upcall", "double", [], [deep(100)], {}, True])',
    "a value deeper than the stack": 'frame(["upcall", "double", [], [deep(450)], {}, True])',
    "a million questions in one": 'frame(["upcall", "double", [], [[]] * 10**6, {}, True])',
}
ENDLESS = {
    "questions": "while True:\n    double(x)",
    "questions without an ear for the answers": """
while True:
    frame(["upcall", "double", [["float32", [1], b"1234", False, 0, 0]], [["t", 0]], {}, True])
""",
    "silence after a question": "double(x)\ntime.sleep(60)",
    "a question that takes for ever": "double(torch.ones(17))",
}


def unharmed(graded: Graded) -> None:
    """The symbols that are wrong have nothing, the one that is right has all."""
    assert {cell: score(graded, cell) for cell in ("double", "Gate", "bystander")} == {
        "double": 0,
        "Gate": 0,
        "bystander": 1,
    }


def test_nothing_of_the_reference_is_in_the_students_process(chain: Chain) -> None:
    graded, (first, _) = chain.attacked("double(x)\nreturn hits(double)", SEARCH)
    unharmed(graded)
    own, theirs = first
    assert own > 0, "the search finds what is there"
    assert theirs == 0


def test_a_modules_stand_in_shows_plain_attributes_and_nothing_else(chain: Chain) -> None:
    body = "def through(gate, x):\n    return [gate.size, hits(gate, type(gate))[1], repr(gate)]"
    graded = chain.graded(SEARCH, **WRONG | {"through": body})

    size, found, shown = said(of(graded, "through")[0])
    assert (size, found) == (3, 0)
    assert "Gate" in shown


@pytest.mark.parametrize("what", FORGED)
def test_a_stand_in_that_is_made_to_say(chain: Chain, what: str) -> None:
    graded, heard = chain.attacked(f"{FORGED[what]}\nreturn double(double(x))", HANDS)
    unharmed(graded)
    assert [test.outcome for test in of(graded, "quadruple")] == ["crashed"] * 3, heard


@pytest.mark.parametrize(
    "forged",
    [
        'far().call("", (Handle(99, "module"), "", True, {}, (x,), {}), {})',
        "far()._exchange(Vjp(0, [], [], False))",
        "far()._exchange(Vjp(10**6, [], [True], False))",
    ],
    ids=["a module", "no graph", "a graph"],
)
def test_numbers_that_were_not_given_out_are_refused(chain: Chain, forged: str) -> None:
    """No crash: what an earlier test was given looks the same."""
    helper = HANDS + "\nfrom autograder.wire import Handle, Upvjp as Vjp\n"
    attack = f"""
try:
    {forged}
except RuntimeError as error:
    return str(error)
"""
    graded, heard = chain.attacked(attack, helper)
    unharmed(graded)
    assert heard == ["what an earlier test was given is not there any more"] * 2


@pytest.mark.parametrize("what", ENDLESS)
def test_time_that_is_spent_on_a_stand_in(chain: Chain, what: str) -> None:
    tests = ["test_double", "test_gate", "test_quadruple", "test_bystander"]
    attack = f"{ENDLESS[what].strip()}\nreturn x"
    graded, _ = chain.attacked(attack, HANDS, to=chain.hurried, tests=tests)
    unharmed(graded)
    assert [test.outcome for test in of(graded, "quadruple")] == ["timeout"]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("torch.ones(10**6, 1), torch.ones(1, 10**6)", "RuntimeError"),
        ("torch.ones(13)", "MemoryError"),
    ],
    ids=["results by the terabyte", "an end of the reference's process"],
)
def test_what_the_reference_cannot_compute(chain: Chain, inputs: str, expected: str) -> None:
    """It raises, and the next question is answered as if nothing had been."""
    attack = f"""
try:
    double({inputs})
except Exception as error:
    return [type(error).__name__, bool((double(x) == 2 * x).all())]
"""
    graded, heard = chain.attacked(attack)
    unharmed(graded)
    assert heard == [[expected, True]] * 2


def test_the_references_exceptions_are_of_their_kind(chain: Chain) -> None:
    attack = """
try:
    double(torch.ones(19))
except ValueError as error:
    return str(error)
"""
    _, heard = chain.attacked(attack)
    assert heard == ["nineteen are too many"] * 2


@pytest.mark.parametrize(
    "argument", ["object()", "lambda y: y", "double", "[nn.Linear(1, 1)]", "'\\ud800'"]
)
def test_only_values_can_be_handed_to_a_stand_in(chain: Chain, argument: str) -> None:
    attack = f"""
try:
    double({argument})
except TypeError as error:
    return str(error)
"""
    _, heard = chain.attacked(attack)
    assert all("cannot be handed to `double`" in words for words in heard)


def test_threads_may_ask_side_by_side(chain: Chain) -> None:
    attack = """
found = []
ask = lambda i: found.append(double(x * i) / i)
threads = [threading.Thread(target=ask, args=(i,)) for i in range(1, 4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
return [len(found), all(torch.allclose(each, 2 * x) for each in found)]
"""
    graded, heard = chain.attacked(attack, HANDS)
    unharmed(graded)
    assert heard == [[3, True]] * 2


@pytest.mark.thorough
def test_a_thread_that_goes_on_asking_costs_its_own_tests(chain: Chain) -> None:
    attack = """
def ask():
    while True:
        double(x)


threading.Thread(target=ask, daemon=True).start()
return double(double(x))
"""
    graded, _ = chain.attacked(attack, HANDS)
    unharmed(graded)


def test_what_one_test_was_given_is_gone_in_the_next(chain: Chain) -> None:
    """But a function goes on to answer."""
    attack = """
KEPT.append((Gate(3), double))
gate, function = KEPT[0]
try:
    return gate(x).tolist()
except RuntimeError as error:
    return [str(error), bool((function(x) == 2 * x).all())]
"""
    graded, (first, again) = chain.attacked(attack, "KEPT = []")
    unharmed(graded)
    assert [type(value) for value in first] == [float] * 3
    assert again == ["what an earlier test was given is not there any more", True]

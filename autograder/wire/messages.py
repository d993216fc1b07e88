"""The messages, and the values that cross inside them. Everything from a candidate has a limit."""

from __future__ import annotations

import signal
from typing import Annotated, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=300)]
Words = Annotated[str, msgspec.Meta(max_length=8000)]
Few, Many = msgspec.Meta(max_length=64), msgspec.Meta(max_length=10_000)
MOST_COUNTED, MOST_OPERATORS = 1 << 50, 400
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_COUNTED)]
OperatorName = Annotated[str, msgspec.Meta(max_length=100)]
MOST_PROPERTIES, LONGEST_PROPERTY = 16, 200_000

# Where a tensor lies; a peer can claim no other place. SIMULATED is the second device without a
# GPU (see candidate/second_device.py).
CPU: Literal[0] = 0
CUDA: Literal[1] = 1
SIMULATED: Literal[2] = 2
SPARE_OF_A_CARD = 0.05  # the part of a card's memory that all shares together leave free
# By this signal the sandbox ends a candidate that takes more of a card than its share: not one
# that anybody else sends, and not SIGKILL, which says that the failure is ours.
OVER_GPU_SHARE = int(getattr(signal, "SIGRTMIN", 34)) + 6
Place = Literal[0, 1, 2]


# ---------------------------------------------------------------- values that cross


class TensorData(msgspec.Struct, frozen=True, array_like=True):
    """A tensor by value. `handle` names it on the candidate's side, 0 if it has no name there."""

    dtype: Text
    shape: Annotated[tuple[int, ...], Few]
    data: bytes
    requires_grad: bool = False
    place: Place = CPU
    handle: int = 0


class Slot(msgspec.Struct, frozen=True, array_like=True, tag="t"):
    """The n-th tensor of the message: one tensor used twice crosses once."""

    index: int


class Items(msgspec.Struct, frozen=True, array_like=True, tag="s"):
    kind: Literal["tuple", "list", "set"]
    items: list[Value]


class Pairs(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    items: list[tuple[Value, Value]]


class Handle(msgspec.Struct, frozen=True, array_like=True, tag="h"):
    """An object that stays on the candidate's side."""

    id: int
    kind: Literal["function", "class", "module", "object"]
    type_name: str = ""


class Named(msgspec.Struct, frozen=True, array_like=True, tag="n"):
    kind: Literal["dtype", "device", "bigint"]
    text: str


Value = None | bool | int | float | str | Slot | Items | Pairs | Handle | Named


# ---------------------------------------------------------------- examiner → candidate


class CodeUnit(msgspec.Struct, frozen=True, array_like=True):
    """One top-level statement of the student's notebook."""

    cell: str
    source: str
    first_line: int
    binds: tuple[str, ...]
    risky: bool
    future: bool


class Load(msgspec.Struct, frozen=True, array_like=True, tag="load"):
    units: list[CodeUnit]
    skip: list[int]  # units that ended an earlier candidate of this submission
    symbols: list[str]
    forbidden: list[str]
    sources: dict[str, str]
    memory_bytes: int
    scratch_bytes: int
    message_bytes: int
    cpu_s: int
    device: str
    gpu: str = ""  # the card's UUID; "": the first that is visible
    gpu_memory_bytes: int = 0
    stand_ins: dict[str, Literal["function", "module"]] = {}  # symbols that the reference answers


class Begin(msgspec.Struct, frozen=True, array_like=True, tag="begin"):
    """A new test starts: forget handles and graphs, seed the generators. No reply."""

    seed: int
    tf32: bool = False  # whether float32 products may be computed with ten bits of mantissa


class Call(msgspec.Struct, frozen=True, array_like=True, tag="call"):
    target: int  # 0: the notebook's namespace
    attribute: str  # "": the target itself
    args: list[Value]
    kwargs: dict[str, Value]
    tensors: list[TensorData]
    extra: list[int]  # handles of parameters that take part in the gradient
    grad: bool
    elsewhere: bool  # on the simulated second device


class Get(msgspec.Struct, frozen=True, array_like=True, tag="get"):
    target: int
    attribute: str


class Parameters(msgspec.Struct, frozen=True, array_like=True, tag="params"):
    target: int


class Assign(msgspec.Struct, frozen=True, array_like=True, tag="assign"):
    """Copy values into tensors of the candidate (the test changed its mirrors). No reply."""

    handles: list[int]
    tensors: list[TensorData]


class Vjp(msgspec.Struct, frozen=True, array_like=True, tag="vjp"):
    node: int
    cotangents: list[TensorData]
    wanted: list[bool]
    create_graph: bool


class RunChecks(msgspec.Struct, frozen=True, array_like=True, tag="checks"):
    """Run visible checks (trusted code of the course) in the notebook's namespace."""

    cell: str
    source: str


class Measure(msgspec.Struct, frozen=True, array_like=True, tag="measure"):
    """Execute visible code of the course beside the notebook, and give a graded symbol to one of
    its functions. What it returns comes back as a Result; with `cost`, that is a function which
    makes one call, and what the call takes comes back as a Cost."""

    symbol: str
    source: str
    name: str  # of the function
    cost: bool


class Upreply(msgspec.Struct, frozen=True, array_like=True, tag="upreply"):
    """What the reference answers to a stand-in's call."""

    reply: Raised | Result | Gradients


Request = Load | Begin | Call | Get | Parameters | Assign | Vjp | RunChecks | Upreply | Measure


# ---------------------------------------------------------------- candidate → examiner


class Frame(msgspec.Struct, frozen=True, array_like=True):
    cell: str
    line: int
    function: Text
    text: Text


class Raised(msgspec.Struct, frozen=True, array_like=True, tag="raised"):
    """An exception of the student's code: class names along its MRO, message, own frames."""

    types: Annotated[list[Text], Few]
    message: Words
    frames: Annotated[list[Frame], Few]


class Loading(msgspec.Struct, frozen=True, array_like=True, tag="loading"):
    index: int  # of the unit that is about to be executed


class Loaded(msgspec.Struct, frozen=True, array_like=True, tag="loaded"):
    kinds: Annotated[dict[str, Text], Many]  # symbol → function, class, module, object
    errors: Annotated[dict[str, Raised], Many]  # name → why its unit failed
    walls: Annotated[list[Text], Few]  # which parts of the inner wall are on


class Result(msgspec.Struct, frozen=True, array_like=True, tag="result"):
    value: Value
    tensors: Annotated[list[TensorData], Many]
    node: int = 0
    mutated: Annotated[list[int], Many] = []  # positions of input tensors that the call changed


class NamedTensors(msgspec.Struct, frozen=True, array_like=True, tag="tensors"):
    """Named tensors with handles, for Parameters."""

    names: Annotated[list[str], Many]
    tensors: Annotated[list[TensorData], Many]


class Gradients(msgspec.Struct, frozen=True, array_like=True, tag="grads"):
    present: Annotated[list[bool], Many]
    tensors: Annotated[list[TensorData], Many]
    node: int = 0


class Cost(msgspec.Struct, frozen=True, array_like=True, tag="cost"):
    """What a call takes, in the words of the process that student code shares."""

    # "aten::exp" → calls, in the forward pass
    operators: Annotated[dict[OperatorName, Count], msgspec.Meta(max_length=MOST_OPERATORS)]
    peak_bytes: Count  # of tensors that lived at once, without the inputs
    duration_s: Annotated[float, msgspec.Meta(ge=0, le=1e6)]  # the median of its calls
    calls: Count


class Noted(msgspec.Struct, frozen=True, array_like=True, tag="noted"):
    """Something the instructor should know; may come before any reply."""

    flag: str
    symbol: str = ""
    line: int = 0


class Upcall(msgspec.Struct, frozen=True, array_like=True, tag="upcall"):
    """A stand-in asks for what it stands for; may come before any reply, where there are any."""

    name: Text  # the symbol; "": a module of the reference's, which is the first argument
    tensors: Annotated[list[TensorData], Many]
    args: list[Value]
    kwargs: dict[str, Value]
    grad: bool


class Upvjp(msgspec.Struct, frozen=True, array_like=True, tag="upvjp"):
    """A stand-in asks for a gradient of what it was answered."""

    node: int
    cotangents: Annotated[list[TensorData], Many]
    wanted: Annotated[list[bool], Many]
    create_graph: bool


Reply = (
    Raised | Loading | Loaded | Result | NamedTensors | Gradients | Noted | Upcall | Upvjp | Cost
)


# ---------------------------------------------------------------- command → examiner


class KnownMistake(msgspec.Struct, frozen=True, array_like=True):
    """A wrong version of a graded symbol, see autograder/catalogue.py."""

    id: str
    cell: str
    code: str
    path: str
    first_line: int
    fails: list[str] = []  # "cell/test": those that it is known to fail; none: not known


class OpenSuite(msgspec.Struct, frozen=True, array_like=True, tag="open"):
    """Collect a hidden suite and serve gradings of it."""

    assignment: str
    suite: str
    reference: str
    listen: str
    forbidden: list[str]
    execute: Literal["needed", "all"]
    device: str
    call_s: float
    test_s: float
    notebook_s: float
    memory_bytes: int
    scratch_bytes: int
    message_bytes: int
    compare_points: bool  # with those of the reference's grade cells
    gpu_memory_bytes: int = 0  # what a candidate's tensors may take on the card; 0: no card
    misconceptions: list[KnownMistake] = []  # failures are compared with these
    carry_errors: bool = False  # test a symbol over the reference of a wrong one that it uses


class TestInfo(msgspec.Struct, frozen=True, array_like=True):
    name: str
    cell: str
    points: float
    description: str
    shape: bool = False  # it is about the form of an answer and not about what is in it
    file: str = ""  # of the suite, and the line of the test's `def`; from its decorators on
    line: int = 0
    category: str = ""  # what kind of behaviour it is about, see TestResult
    visible: str = ""


class SuiteReady(msgspec.Struct, frozen=True, array_like=True, tag="ready"):
    tests: list[TestInfo]


class SuiteBroken(msgspec.Struct, frozen=True, array_like=True, tag="broken"):
    code: str
    what: str
    where: str
    next: str


class GradeNotebook(msgspec.Struct, frozen=True, array_like=True, tag="grade"):
    notebook: bytes
    seed: int
    candidate_socket: str  # where this submission's candidates are started
    gpu: str = ""  # the UUID of the card for it; "": the first that is visible
    tests: list[str] = []  # those to run, in this order, as "name" or "cell/name"; none: all


class ServeReference(msgspec.Struct, frozen=True, array_like=True, tag="reference"):
    """Answer for these symbols of the reference, and for nothing else, until the asker hangs up."""

    names: list[str]


# What a test has told besides its outcome (pytest's user_properties). No part of a report.
Properties = Annotated[
    dict[Text, Annotated[str, msgspec.Meta(max_length=LONGEST_PROPERTY)]],
    msgspec.Meta(max_length=MOST_PROPERTIES),
]


class GradedTest(msgspec.Struct, frozen=True, array_like=True):
    name: str
    cell: str
    outcome: str
    points: float
    max_points: float
    message: str = ""
    description: str = ""
    misconception: str | None = None  # the catalogue's id of what it was recognised as
    line: int = 0  # of the test's function, where it ended; 0: it passed, or did not get there
    category: str = ""
    visible: str = ""
    properties: Properties = {}


class Graded(msgspec.Struct, frozen=True, array_like=True, tag="graded"):
    tests: list[GradedTest]
    flags: list[str]
    notes: list[str]
    worker: str = ""  # which candidates' server it was; said by the sandbox, not by the examiner
    memory_bytes: int | None = None  # see Provenance
    untouched: list[str] | None = None  # see Report


class Ungradable(msgspec.Struct, frozen=True, array_like=True, tag="ungradable"):
    code: str
    what: str
    where: str
    next: str


SuiteReply = SuiteReady | SuiteBroken
GradeReply = Graded | Ungradable

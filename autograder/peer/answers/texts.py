"""Strings: what is only read by people becomes "…", what the code goes by is kept or renamed.

A string that names a part of the answer is renamed with that part; torch's words and those of the
reference are kept; any other becomes "key_1" wherever it stands. Code that takes strings apart
would see the difference, and is refused.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.peer.answers.extract import CannotBeSure
from autograder.peer.answers.vocabulary import (
    STRINGS,
    CourseWords,
    attributes,
    keywords,
    word_set,
)

NOTHING_SAID = "…"
MAX_LETTERS = 3  # strings of one letter that are compared, as in `reduction[0] == "m"`
_SAYS = word_set("print warn debug info warning error critical exception log fail")
_FAILURES = ("Error", "Exception", "Warning", "Exit", "Interrupt", "StopIteration", "Iteration")
_TAKES_APART = word_set(
    "startswith endswith lower upper casefold title capitalize swapcase strip lstrip rstrip "
    "partition rpartition rsplit splitlines replace removeprefix removesuffix join find rfind "
    "encode format format_map isdigit isalpha isalnum isupper islower translate zfill ljust rjust "
    "center expandtabs match fullmatch search findall sub attrgetter"
)
_READS = word_set(
    "ord chr len list tuple set frozenset sorted iter enumerate reversed int float str repr hash "
    "min max zip map eval exec compile bytes"
)
_LISTS_NAMES = word_set(
    "named_parameters named_modules named_children named_buffers state_dict _modules _parameters "
    "_buffers get_parameter get_submodule get_buffer"
)
_SPECIFICATION = re.compile(r"[<>=^]?[-+ ]?#?0?\d{0,2},?(?:\.\d{1,2})?[a-zA-Z%]?")
_PERCENT = re.compile(r"%[-#0 +]{0,3}\d{0,2}(?:\.\d{1,2})?[sdifrgxeEGaco%]")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}|\d?\.\d{1,3})(?:e[-+]?\d{1,3})?")
_DEVICE = re.compile(r"(?:cpu|cuda|mps|xpu|meta):\d{1,2}")
_EQUATION = re.compile(r"[A-Za-z ,.]*(?:->[A-Za-z .]*)?")
_WORD = re.compile(r"\w")


@dataclass(slots=True)
class Texts:
    """The strings of an answer that mean something to its code."""

    words: list[ast.Constant] = field(default_factory=list)  # each stands for itself
    lists: list[ast.Constant] = field(default_factory=list)  # names with spaces or commas between
    pieces: list[ast.Constant] = field(default_factory=list)  # parts of what is put together
    takes_apart: bool = False  # by characters: no string may become another
    lists_names: bool = False  # and looks into them: no part may be renamed
    contains: bool = False  # asks whether a string is in something
    letters: set[str] = field(default_factory=set)
    said: set[int] = field(default_factory=set)  # id of attributes that only go into messages

    def spoken(self) -> set[str]:
        """Identifiers that are written as strings."""
        found = {text_of(node) for node in self.words}
        for node in self.words:
            found.update(text_of(node).split("."))
        for node in self.lists:
            found.update(names_in_list(node))
        return {text for text in found if text.isidentifier()}


def text_of(node: ast.Constant) -> str:
    assert isinstance(node.value, str)
    return node.value


def names_in_list(node: ast.Constant) -> list[str]:
    return text_of(node).replace(",", " ").split()


def silence(statements: Iterable[ast.stmt]) -> Texts:
    """Takes the texts for people away, and says which strings are left to be looked at.

    raises  CannotBeSure for strings of which it cannot be told what they are for
    """
    texts = Texts()
    parents: dict[int, ast.AST] = {}
    nodes: list[ast.AST] = []
    for statement in statements:
        for node in ast.walk(statement):
            nodes.append(node)
            parents.update((id(child), node) for child in ast.iter_child_nodes(node))
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            raise CannotBeSure("bytes")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            _place(node, parents, texts)
        _notice(node, parents, texts)
    if len(texts.letters) > MAX_LETTERS:
        raise CannotBeSure("many letters")
    return texts


def _place(node: ast.Constant, parents: Mapping[int, ast.AST], texts: Texts) -> None:
    parent = parents[id(node)]
    if isinstance(parent, ast.JoinedStr) and _is_specification(parent, parents):
        if not _SPECIFICATION.fullmatch(text_of(node)):
            raise CannotBeSure("a format of its own")
    elif is_said(node, parents):
        _say_nothing(node, parent)
    elif isinstance(parent, ast.JoinedStr):
        texts.pieces.append(node)
    elif _is_equation(node, parent):
        node.value = canonical_equation(text_of(node))
    elif isinstance(parent, ast.Call) and _names_fields(parent, node):
        texts.lists.append(node)
    elif isinstance(parent, ast.Compare) and len(text_of(node)) == 1:
        texts.letters.add(text_of(node))
    else:
        texts.words.append(node)


def _is_equation(node: ast.Constant, parent: ast.AST) -> bool:
    if isinstance(parent, ast.Call) and _called(parent) == "einsum":
        return node is parent.args[0]
    return "->" in text_of(node) and _EQUATION.fullmatch(text_of(node)) is not None


def _is_specification(node: ast.JoinedStr, parents: Mapping[int, ast.AST]) -> bool:
    parent = parents.get(id(node))
    return isinstance(parent, ast.FormattedValue) and parent.format_spec is node


def _names_fields(call: ast.Call, node: ast.Constant) -> bool:
    return _called(call) in ("namedtuple", "Enum") and node in call.args[1:]


def _say_nothing(node: ast.Constant, parent: ast.AST) -> None:
    text = text_of(node)
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.left is node:
        if "%(" in text:
            raise CannotBeSure("a template with names")
        node.value = NOTHING_SAID + "".join(_PERCENT.findall(text))
    elif text.strip():
        node.value = NOTHING_SAID


def is_said(node: ast.AST, parents: Mapping[int, ast.AST]) -> bool:
    """Does it only become part of a message: of an exception, of what is printed or logged?"""
    while (parent := parents.get(id(node))) is not None:
        match parent:
            case ast.JoinedStr() | ast.FormattedValue() | ast.Starred() | ast.keyword():
                pass
            case ast.BinOp(op=ast.Add() | ast.Mod()) | ast.BoolOp():
                pass
            case ast.Tuple() if isinstance(parents.get(id(parent)), ast.BinOp):
                pass
            case ast.IfExp() if parent.test is not node:
                pass
            case ast.Attribute(attr="format" | "join" | "__name__" | "__qualname__"):
                pass
            case ast.Call() if parent.func is node or _called(parent) in ("str", "repr", "format"):
                pass
            case ast.Call(func=ast.Name(id="type")):
                pass
            case ast.Call():
                name = _called(parent)
                raised = isinstance(parents.get(id(parent)), ast.Raise)
                return raised or name in _SAYS or name.endswith(_FAILURES)
            case ast.Raise():
                return True
            case ast.Assert():
                return parent.msg is node
            case _:
                return False
        node = parent
    return False


def _called(call: ast.Call) -> str:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name if isinstance(name, str) else ""


def _notice(node: ast.AST, parents: Mapping[int, ast.AST], texts: Texts) -> None:
    match node:
        case ast.Attribute(attr=name) if name in _TAKES_APART:
            texts.takes_apart = texts.takes_apart or not is_said(node, parents)
        case ast.Call(func=ast.Attribute(attr="split"), args=args) if not args or _text(args[0]):
            texts.takes_apart = texts.takes_apart or not is_said(node, parents)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _READS:
            said = all(is_said(arg, parents) for arg in args)
            texts.takes_apart = texts.takes_apart or (any(map(_text, args)) and not said)
        case ast.Call(func=ast.Attribute(attr="einsum") | ast.Name(id="einsum"), args=[first, *_]):
            texts.takes_apart = texts.takes_apart or not _text(first)
        case ast.BinOp(left=left, right=right) if _text(left) or _text(right):
            texts.takes_apart = texts.takes_apart or not is_said(node, parents)
        case ast.Subscript(value=value) | ast.For(iter=value) | ast.comprehension(iter=value):
            texts.takes_apart = texts.takes_apart or _text(value)
        case ast.Compare(left=left, ops=ops, comparators=[*_, right]):
            contains = any(isinstance(op, ast.In | ast.NotIn) for op in ops)
            texts.takes_apart = texts.takes_apart or (contains and _text(right))
            orders = any(isinstance(op, ast.Lt | ast.Gt | ast.LtE | ast.GtE) for op in ops)
            texts.takes_apart = texts.takes_apart or (orders and (_text(left) or _text(right)))
    match node:
        case ast.Name(id="sorted") | ast.Attribute(attr="sort"):
            texts.takes_apart = True  # other words come in another order
        case ast.Attribute(attr=name) if name in _LISTS_NAMES:
            texts.lists_names = True
        case ast.Attribute(attr="__name__" | "__qualname__") if is_said(node, parents):
            texts.said.add(id(node))
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn(), *_]) if _text(left):
            texts.contains = True


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def canonical_equation(text: str) -> str:
    """The same sum with its letters a, b, c…; what is no equation is refused.

    Without an arrow the order of the alphabet says which axis comes first, so it has to stay.
    """
    if not _EQUATION.fullmatch(text):
        raise CannotBeSure("no equation")
    letters = list(dict.fromkeys(re.findall(r"[A-Za-z]", text)))
    if "->" not in text:
        letters.sort()
    if len(letters) > 26:
        raise CannotBeSure("a long equation")
    names = {letter: chr(ord("a") + index) for index, letter in enumerate(letters)}
    plain = "".join(names.get(character, character) for character in text if character != " ")
    return plain.replace(",", ", ").replace("->", " -> ").strip()


def is_nobodys(text: str, course: CourseWords) -> bool:
    """Stays as it is: torch's words, the reference's, numbers, and what has no letters."""
    if text in STRINGS or text in course.strings or text in course.attributes:
        return True
    if len(text) <= MAX_LETTERS and not _WORD.search(text):
        return True
    if len(text) > 1 and (text in attributes() or text in keywords()):
        return True
    return bool(_NUMBER.fullmatch(text) or _DEVICE.fullmatch(text))


def is_nobodys_piece(text: str, course: CourseWords) -> bool:
    """`f"branch{number}"`: the beginning of what the contract names."""
    if not _WORD.search(text):
        return len(text) <= MAX_LETTERS
    return len(text) > 2 and any(name.startswith(text) for name in course.attributes)

"""Names that say what a thing is in the code, whatever its author called it.

A variable is named for the operation that makes it (`exp_1`, `sum_1`), a function or class for
its kind (`helper_1`, `Layer1`); so equal code gets equal names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from autograder.peer.answers.vocabulary import attributes, is_builtin, word_set

MAX_STEM = 14  # letters of an operation whose name a variable takes over
INDICES = ("i", "j", "k", "m", "n")
STEMS = word_set(
    "helper input inputs options item error context number word text flag items table values "
    "value result part difference total product ratio power size condition method attribute layer "
    "parameter field option key record operation problem type rest"
)
NAMELESS = ("self", "cls", "ctx")
_CLASSES = ("Layer", "Operation", "Record", "Problem", "Type")
_NEUTRAL = re.compile(rf"(.+?)_(\d+)_?|(?:{'|'.join(_CLASSES)})\d+")
# What leaves a thing what it is: its name comes from what stands before.
_THROUGH = word_set(
    "to type type_as double float half long int clone detach contiguous view reshape unsqueeze "
    "squeeze flatten unflatten expand expand_as requires_grad_ transpose permute movedim mT T "
    "values tuple list bool cpu item Parameter"
)
_SIZES = word_set("shape size len numel dim ndim ndimension")
_PARTS = word_set("chunk split unbind children modules parameters tensor_split")
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "total",
    ast.Sub: "difference",
    ast.Mult: "product",
    ast.MatMult: "product",
    ast.Div: "ratio",
    ast.FloorDiv: "ratio",
    ast.Pow: "power",
}
_CONSTANTS = {bool: "flag", int: "number", float: "number", str: "word"}
_KINDS: dict[type[ast.expr] | type[None], str] = {
    **dict.fromkeys((ast.Compare, ast.BoolOp), "condition"),
    **dict.fromkeys((ast.List, ast.ListComp, ast.Set, ast.SetComp, ast.GeneratorExp), "items"),
    **dict.fromkeys((ast.Dict, ast.DictComp), "table"),
    ast.Tuple: "values",
    ast.Lambda: "helper",
    ast.JoinedStr: "text",
}


def is_neutral(name: str) -> bool:
    """Could be one of the names given here, which say nothing of anybody."""
    match = _NEUTRAL.fullmatch(name)
    if match is None:
        return name in INDICES or name in NAMELESS
    stem = (match[1] or "type").lower()
    return stem in STEMS or stem in {word.lower() for word in attributes()}


def stem_of(value: ast.expr | None, own: Collection[str], depth: int = 0) -> str:
    """For a variable that holds the value. own: names of the answer's own functions, classes."""
    if depth > 20:
        return "value"
    match value:
        case ast.Call(func=func):
            return _of_call(func, own, depth)
        case ast.BinOp(op=op, left=left):
            sizes = _is_size(value)
            return "size" if sizes else _OPERATORS.get(type(op)) or stem_of(left, own, depth + 1)
        case ast.UnaryOp(op=ast.Not()):
            return "condition"
        case ast.UnaryOp(operand=inner) | ast.IfExp(body=inner) | ast.NamedExpr(value=inner):
            return stem_of(inner, own, depth + 1)
        case ast.Subscript(value=inner):
            stem = stem_of(inner, own, depth + 1)
            return "part" if stem in ("value", "values", "items") else stem
        case ast.Attribute(attr=name, value=inner):
            return _of_word(name, inner, own, depth)
        case ast.Constant(value=constant):
            return _CONSTANTS.get(type(constant), "value")
    return _KINDS.get(type(value), "value")


def _of_call(func: ast.expr, own: Collection[str], depth: int) -> str:
    match func:
        case ast.Name(id=name) if name in own:
            return "result"
        case ast.Name(id=name) if is_builtin(name):
            return _of_word(name, None, own, depth)
        case ast.Attribute(attr=name, value=inner):
            return _of_word(name, inner, own, depth)
    return "result"


def _of_word(name: str, inner: ast.expr | None, own: Collection[str], depth: int) -> str:
    if name in _SIZES:
        return "size"
    if name in _PARTS:
        return "part"
    if name in _THROUGH or name.startswith("_"):
        return stem_of(inner, own, depth + 1)
    if name not in attributes() and not is_builtin(name):
        return "value"
    plain = name.strip("_").lower()
    if len(plain) > MAX_STEM or name[:1].isupper():
        return "layer" if name[:1].isupper() else "result"
    return plain if plain.isascii() and plain.isidentifier() and plain != "type" else "value"


def _is_size(node: ast.expr) -> bool:
    """Arithmetic of sizes and numbers."""
    match node:
        case ast.BinOp(left=left, right=right):
            return (_is_size(left) or _is_size(right)) and _may_be(left) and _may_be(right)
        case ast.Subscript(value=ast.Attribute(attr="shape")) | ast.Attribute(attr="ndim"):
            return True
        case ast.Call(func=ast.Name(id="len") | ast.Attribute(attr="size" | "dim" | "numel")):
            return True
    return False


def _may_be(node: ast.expr) -> bool:
    return _is_size(node) or isinstance(node, ast.Constant | ast.Name | ast.Attribute)


def class_stem(node: ast.ClassDef) -> str:
    words = {_last(base) for base in node.bases}
    words |= {_last(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
    if words & {"NamedTuple", "dataclass", "Enum", "TypedDict"}:
        return "Record"
    if "Function" in words:
        return "Operation"
    if any(word.endswith(("Error", "Exception", "Warning")) for word in words):
        return "Problem"
    return "Layer" if words - {"object", "ABC", "Protocol", ""} else "Type"


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def loop_stems(target: ast.expr, iterable: ast.expr) -> dict[int, str]:
    """id(Name node of the target) → stem; "index" for what counts."""
    counts = getattr(iterable.func, "id", "") if isinstance(iterable, ast.Call) else ""
    names = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
    if counts == "range":
        return {id(node): "index" for node in names}
    stems = {id(node): "item" for node in names}
    if counts == "enumerate" and isinstance(target, ast.Tuple) and target.elts:
        stems[id(target.elts[0])] = "index"
    return stems

"""solutions/NAME/session/probes.py → Probes. The file is read, and never executed here.

A function whose one parameter is called like a graded symbol is a probe of that symbol:

    def equal_logits(softmax):
        \"\"\"
        ask.en: What should three equal logits give?
        ask.ko: …
        vary.en: Add 5 to all of them.
        vary.ko: …
        \"\"\"
        p = softmax(torch.zeros(3))
        return {"probabilities": p, "their sum": p.sum()}

`raises: ValueError` in the docstring says that a right answer raises; `shows: [no_shift]` names
entries of the catalogue that this probe is meant for, where several would do. A function
`large_softmax(softmax)` prepares a large input and returns a function without arguments that makes
one call. STAND_INS = {"log_softmax": torch.log_softmax} names what a wrong version uses in place of
another graded symbol: an expression, or a function of this file. Everything else is a helper, and
goes with the probes that use it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue import LANGUAGES
from autograder.course import Assignment
from autograder.course.document import Unreadable, parse
from autograder.notebook import read_reference
from autograder.peer.experiments.discussion import broken
from autograder.peer.experiments.model import Probe, session_folder
from autograder.peer.experiments.sources import imports_needed, names_in, without_docstrings

FILE = "probes.py"
LARGE = "large_"
STAND_INS = "STAND_INS"
_REQUIRED = tuple(f"{field}.{language}" for field in ("ask", "vary") for language in LANGUAGES)
_FIELDS = (*_REQUIRED, "raises", "shows")


@dataclass(frozen=True, slots=True)
class StandIn:
    """For a graded symbol in the code of another one's wrong version."""

    name: str
    code: str  # defines it


@dataclass(frozen=True, slots=True)
class ProbeFile:
    probes: tuple[Probe, ...]  # in the order of the file
    stand_ins: Mapping[str, StandIn]  # by graded symbol
    imports: str


def probes_of(assignment: Assignment, symbol: str) -> tuple[Probe, ...]:
    """Those of one graded symbol, in the order of the file; none where there is no file.

    raises  CourseError "session-broken" with file and line; that of a broken reference
    """
    return tuple(p for p in read_probes(assignment).probes if p.symbol == symbol)


def read_probes(assignment: Assignment) -> ProbeFile:
    """raises  as probes_of"""
    path = session_folder(assignment) / FILE
    if not path.exists():
        return ProbeFile((), {}, "")
    entries = frozenset(entry.stem for entry in assignment.misconceptions.glob("*.py"))
    return parse_probes(path, read_reference(assignment.reference).symbols, entries)


def parse_probes(path: Path, symbols: tuple[str, ...], entries: frozenset[str]) -> ProbeFile:
    """entries  ids of the catalogue

    raises  CourseError "session-broken"
    """
    return _Reader(path, _text(path), symbols, entries).read()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise broken(path, 1, f"it cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise broken(path, 1, "it is not UTF-8") from None


class _Reader:
    def __init__(
        self, path: Path, text: str, symbols: tuple[str, ...], entries: frozenset[str]
    ) -> None:
        self._path, self._symbols, self._entries = path, symbols, entries
        self._lines = text.splitlines()
        try:
            self._body = ast.parse(text).body
        except SyntaxError as error:
            raise broken(path, error.lineno or 1, f"it is not Python: {error.msg}") from None
        except ValueError as error:  # null bytes
            raise broken(path, 1, f"it is not Python: {error}") from None
        self._helpers: dict[str, ast.stmt] = {}
        self._imports: list[str] = []

    def read(self) -> ProbeFile:
        probes: list[ast.FunctionDef] = []
        large: dict[str, ast.FunctionDef] = {}
        stand_ins: dict[str, ast.expr] = {}
        for node in self._without_docstring():
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._imports.append(self._source(node))
            elif isinstance(node, ast.FunctionDef) and node.name.startswith(LARGE):
                large[self._symbol_of(node)] = node
            elif isinstance(node, ast.FunctionDef) and self._is_probe(node):
                probes.append(node)
            elif self._names(node) == [STAND_INS]:
                stand_ins = self._stand_ins(node)
            else:
                for name in self._names(node):
                    self._helpers[name] = node
        self._check_names(probes)
        self._check_helpers([*probes, *large.values()], stand_ins.values())
        prepared = {name: self._code(node) for name, node in large.items()}
        return ProbeFile(
            probes=tuple(self._probe(node, prepared) for node in probes),
            stand_ins={name: self._stand_in(name, value) for name, value in stand_ins.items()},
            imports="\n".join(self._imports),
        )

    def _without_docstring(self) -> list[ast.stmt]:
        body = self._body
        documented = body and isinstance(body[0], ast.Expr)
        return body[1:] if documented and isinstance(body[0].value, ast.Constant) else body  # type: ignore[attr-defined]

    def _is_probe(self, node: ast.FunctionDef) -> bool:
        names = [argument.arg for argument in node.args.args]
        return len(names) == 1 and names[0] in self._symbols

    def _symbol_of(self, node: ast.FunctionDef) -> str:
        symbol = node.name.removeprefix(LARGE)
        if symbol not in self._symbols or [a.arg for a in node.args.args] != [symbol]:
            what = (
                f"`{node.name}` should be called {LARGE}SYMBOL and take that symbol; the graded "
                f"symbols are {', '.join(self._symbols)}"
            )
            raise broken(self._path, node.lineno, what)
        return symbol

    def _names(self, node: ast.stmt) -> list[str]:
        """What a helper defines."""
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return [node.name]
        if isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
            return [target.id for target in node.targets if isinstance(target, ast.Name)]
        what = "only imports, functions, classes and assignments to a name may stand here"
        raise broken(self._path, node.lineno, what)

    def _stand_ins(self, node: ast.stmt) -> dict[str, ast.expr]:
        value = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(value, ast.Dict):
            raise broken(self._path, node.lineno, f"{STAND_INS} should be a dict, written out")
        found = {}
        for key, expression in zip(value.keys, value.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if name not in self._symbols:
                what = f"a key of {STAND_INS} is the name of a graded symbol, in quotes"
                raise broken(self._path, expression.lineno, what)
            found[str(name)] = expression
        return found

    def _stand_in(self, symbol: str, value: ast.expr) -> StandIn:
        if isinstance(value, ast.Name) and value.id in self._helpers:
            helper = self._helpers[value.id]
            above = self._helpers_above(helper)
            return StandIn(value.id, "\n\n".join(filter(None, [above, self._plain(helper)])))
        return StandIn(f"torch_{symbol}", f"torch_{symbol} = {ast.unparse(value)}\n")

    def _check_names(self, probes: list[ast.FunctionDef]) -> None:
        seen: dict[str, int] = {}
        for node in probes:
            if node.name in seen:
                what = f"`{node.name}` was already defined on line {seen[node.name]}"
                raise broken(self._path, node.lineno, what)
            seen[node.name] = node.lineno

    def _check_helpers(self, users: list[ast.FunctionDef], values: Iterable[ast.expr]) -> None:
        """A parameter that is misspelt would make a probe a helper that nobody uses."""
        used = {name for node in users for name in self._needed(node)}
        for value in values:
            for name in names_in(ast.unparse(value)) & self._helpers.keys():
                used |= {name, *self._needed(self._helpers[name])}
        for name, node in self._helpers.items():
            if name not in used:
                what = (
                    f"no probe uses `{name}`; a probe has one parameter, called like a graded "
                    f"symbol: {', '.join(self._symbols)}"
                )
                raise broken(self._path, node.lineno, what)

    def _needed(self, node: ast.stmt) -> list[str]:
        """The helpers that a statement uses, directly or not, in the order of the file."""
        found: set[str] = set()
        left = [node]
        while left:
            for name in names_in(self._source(left.pop())) & self._helpers.keys() - found:
                found.add(name)
                left.append(self._helpers[name])
        return [name for name in self._helpers if name in found]

    def _probe(self, node: ast.FunctionDef, large: Mapping[str, str]) -> Probe:
        fields = self._fields(node)
        symbol = node.args.args[0].arg
        return Probe(
            name=node.name,
            symbol=symbol,
            ask={language: fields[f"ask.{language}"] for language in LANGUAGES},
            vary={language: fields[f"vary.{language}"] for language in LANGUAGES},
            looks=self._labels(node),
            raises=fields.get("raises", ""),
            shows=tuple(fields.get("shows", "").split()),
            code=self._code(node),
            function=self._plain(node),
            needs=self._helpers_above(node),
            large=large.get(symbol, ""),
            path=self._path,
            line=node.lineno,
        )

    def _fields(self, node: ast.FunctionDef) -> dict[str, str]:
        """The docstring's; the names in `shows` with spaces between them."""
        docstring = ast.get_docstring(node)
        if not docstring:
            what = f"the probe `{node.name}` has no docstring with {', '.join(_REQUIRED)}"
            raise broken(self._path, node.lineno, what)
        above = node.body[0].lineno - 1  # of the docstring's first line, which cleandoc may drop
        above += self._lines[above].strip() in ('"""', "'''")
        try:
            document = parse(docstring)
        except Unreadable as error:
            raise broken(self._path, above + error.problem.line, error.problem.what) from None
        found: dict[str, str] = {}
        for key, value in document.value.items():
            line = above + document.line((key,))
            if key not in _FIELDS:
                what = f'there is no field "{key}" in a probe: it may be {", ".join(_FIELDS)}'
                raise broken(self._path, line, what)
            words = value if isinstance(value, list) else [value]
            if isinstance(value, list) != (key == "shows") or not all(
                isinstance(word, str) for word in words
            ):
                kind = "a list of entries, in brackets" if key == "shows" else "a text"
                raise broken(self._path, line, f"{key} should be {kind}")
            found[key] = " ".join(" ".join(map(str, words)).split())
        if missing := [key for key in _REQUIRED if not found.get(key)]:
            what = f"the probe `{node.name}` has no {', '.join(missing)}"
            raise broken(self._path, node.lineno, what)
        for name in found.get("shows", "").split():
            if name not in self._entries:
                what = (
                    f'the probe `{node.name}` shows "{name}", and the catalogue has no such entry'
                )
                raise broken(self._path, above + document.line(("shows",)), what)
        return found

    def _labels(self, node: ast.FunctionDef) -> tuple[str, ...]:
        returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
        written = [each for each in returned if isinstance(each, ast.Dict)]
        keys = [key for each in written for key in each.keys]
        labels = [key.value for key in keys if isinstance(key, ast.Constant)]
        if not labels:
            what = f'the probe `{node.name}` should end with return {{"label": value, …}}'
            raise broken(self._path, node.lineno, what)
        return tuple(map(str, labels))

    def _code(self, node: ast.FunctionDef) -> str:
        code = "\n\n".join(filter(None, [self._helpers_above(node), self._plain(node)]))
        return f"{imports_needed(self._imports, code)}\n\n\n{code}"

    def _helpers_above(self, node: ast.stmt) -> str:
        statements = dict.fromkeys(self._helpers[name] for name in self._needed(node))
        return "\n\n".join(map(self._plain, statements))

    def _plain(self, node: ast.stmt) -> str:
        return without_docstrings(self._source(node))

    def _source(self, node: ast.stmt) -> str:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        return "\n".join(self._lines[first - 1 : node.end_lineno]) + "\n"

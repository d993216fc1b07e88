"""The misconception catalogue: solutions/NAME/misconceptions/*.py, one wrong answer a file.

A file is Python. Its docstring's first sentence is the title; after an empty line come, as YAML,

    cell          the graded symbol that the code replaces
    confuses      "x, with y"
    title.ko      the title in Korean
    feedback.en, feedback.ko    what the student reads: teaches, and gives nothing away
    question.en, question.ko    for a study group
    source        where students were seen to do this

and after the docstring the code of the cell. The file's name is the misconception's id. Other
versions of the same mistake may follow, each the whole code of the cell below a line

    # variant: why it differs
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from autograder.errors import CourseError

LANGUAGES = ("en", "ko")
_TRANSLATED = ("feedback", "question")
_KEYS = (
    *("cell", "confuses", "title.ko", "source"),
    *(f"{name}.{language}" for name in _TRANSLATED for language in LANGUAGES),
)
# The parser in C where PyYAML has it: ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NEXT = "see docs/verify.md for the form of a catalogue file"
_VARIANT = re.compile(r"#[ \t]*variant:(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Variant:
    """Another version of a mistake, which gives other results somewhere."""

    code: str
    first_line: int  # of the code, in the file
    why: str  # it differs from the first version; "" of the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A wrong answer that real students give. Texts are by language: "en", "ko"."""

    id: str  # the file's stem; unique within an assignment
    cell: str  # the graded symbol that `code` replaces
    code: str
    first_line: int  # of the code, in the file
    title: Mapping[str, str]
    confuses: str
    feedback: Mapping[str, str]
    question: Mapping[str, str]
    source: str
    path: Path
    variants: tuple[Variant, ...] = ()  # further versions of `code`

    @property
    def versions(self) -> tuple[Variant, ...]:
        """All of them, the entry's own first."""
        return (Variant(self.code, self.first_line, ""), *self.variants)


def read_catalogue(folder: Path) -> tuple[Misconception, ...]:
    """The entries of a folder in the order of their ids; none if it is not there.

    raises  CourseError "catalogue-broken" at the first file that cannot be used
    """
    return tuple(read_misconception(path) for path in sorted(folder.glob("*.py")))


def known_failures(proof: Path | None) -> dict[str, list[str]]:
    """Id → the tests that this wrong answer fails whatever the seed, as "cell/test".

    proof   what `autograder verify --accept` wrote; empty where that is not there, or no longer
            can be read: it saves time, and explains nothing by itself
    """
    if proof is None:
        return {}
    try:
        stops = json.loads(proof.read_bytes())["stops"]
        pairs = [
            (name, test)
            for test, statements in stops.items()
            for ids in statements.values()
            for name in ids
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    found: dict[str, list[str]] = {}
    for name, test in sorted(pairs):
        found.setdefault(name, []).append(test)
    return found


def read_misconception(path: Path) -> Misconception:
    """One file. Raises CourseError "catalogue-broken" with file and line."""
    module, text = _parsed(path)
    title, fields = _docstring(module, path)
    if len(module.body) < 2:
        raise _broken(path, len(text.splitlines()), "there is no code after the docstring")
    first, *variants = _versions(text, module.body[0].end_lineno or 1, fields["cell"], path)
    return Misconception(
        id=path.stem,
        cell=fields["cell"],
        code=first.code,
        first_line=first.first_line,
        title={"en": title, "ko": fields["title.ko"]},
        confuses=fields["confuses"],
        feedback={language: fields[f"feedback.{language}"] for language in LANGUAGES},
        question={language: fields[f"question.{language}"] for language in LANGUAGES},
        source=fields["source"],
        path=path,
        variants=tuple(variants),
    )


def _parsed(path: Path) -> tuple[ast.Module, str]:
    try:
        text = path.read_text(encoding="utf-8")
        return ast.parse(text), text
    except OSError as error:
        raise _broken(path, 1, f"it cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise _broken(path, 1, "it is not UTF-8") from None
    except SyntaxError as error:
        raise _broken(path, error.lineno or 1, f"it is not Python: {error.msg}") from None
    except ValueError as error:  # null bytes
        raise _broken(path, 1, f"it is not Python: {error}") from None


def _docstring(module: ast.Module, path: Path) -> tuple[str, dict[str, str]]:
    """(title, the fields below it)."""
    docstring = ast.get_docstring(module)
    if not docstring:
        raise _broken(path, 1, "it begins with no docstring")
    title, _, rest = docstring.partition("\n\n")
    try:
        found = yaml.load(rest, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = title.count("\n") + 3 + (error.problem_mark.line if error.problem_mark else 0)
        raise _broken(path, line, f"its fields are not YAML: {error.problem}") from None
    if not isinstance(found, dict):
        raise _broken(path, 1, "there are no fields below its title")
    fields = {str(key): " ".join(str(value).split()) for key, value in found.items() if value}
    missing = [key for key in _KEYS if key not in fields]
    unknown = [key for key in fields if key not in _KEYS]
    if missing:
        raise _broken(path, 1, f"it has no {', '.join(missing)}")
    if unknown:
        line = next(i for i, text in _lines(docstring) if text.startswith(unknown[0]))
        raise _broken(path, line, f'there is no field "{unknown[0]}" in a catalogue file')
    return " ".join(title.split()), fields


def _lines(docstring: str) -> list[tuple[int, str]]:
    """The docstring is the first statement; its first line is the file's, or a comment's below."""
    return list(enumerate(docstring.split("\n"), start=1))


def _versions(text: str, after: int, cell: str, path: Path) -> Iterator[Variant]:
    """The versions of the code in the lines after a line; the first needs no word why.

    raises  CourseError "catalogue-broken"
    """
    lines = text.split("\n")
    marks = [i for i in range(after, len(lines)) if _VARIANT.match(lines[i])]
    for begin, end in zip((after - 1, *marks), (*marks, len(lines)), strict=True):
        marked = _VARIANT.match(lines[begin]) if begin in marks else None
        why = marked[1].strip() if marked is not None else ""
        if marked is not None and not why:
            raise _broken(path, begin + 1, "this variant does not say why it differs")
        body = lines[begin + 1 : end]
        blank = next((i for i, line in enumerate(body) if line.strip()), 0)
        version = Variant("\n".join(body).strip("\n") + "\n", begin + 2 + blank, why)
        _check_version(version, begin + 1 if why else end + 1, cell, path)
        yield version


def _check_version(version: Variant, line: int, cell: str, path: Path) -> None:
    """One definition of the symbol, or none, which whoever executes the code says.

    line  where to look if there is nothing of it: at its mark, or at the next one's
    """
    try:
        body = ast.parse("\n" * (version.first_line - 1) + version.code).body
    except SyntaxError as error:  # a mark in the middle of a statement
        raise _broken(path, error.lineno or line, f"it is not Python: {error.msg}") from None
    if not body:
        what = "this variant has no code" if version.why else "there is no code above the variant"
        raise _broken(path, line, what)
    defined = [node for node in body if getattr(node, "name", None) == cell]
    if len(defined) > 1:
        what = f'`{cell}` is defined twice; a line "# variant: …" has to stand between versions'
        raise _broken(path, defined[1].lineno, what)


def _broken(path: Path, line: int, what: str) -> CourseError:
    return CourseError(
        "catalogue-broken",
        f"this file of the misconception catalogue cannot be used: {what}",
        where=f"{path}, line {line}",
        next=_NEXT,
    )

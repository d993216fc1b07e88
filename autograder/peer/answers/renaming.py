"""Every name that an answer chose itself gets a neutral one, the same wherever it is meant.

Variables are renamed scope by scope. Attributes, members of classes, and arguments that are given
by name share one table with the strings that spell them, so that `self.mine`,
`getattr(self, "mine")` and `Record(mine=1)` still mean the same thing afterwards.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterable, Mapping, Sequence

from autograder.notebook.scopes import Scope
from autograder.peer.answers.bindings import Bindings, Key, bindings_of
from autograder.peer.answers.extract import CannotBeSure
from autograder.peer.answers.imports import check_path
from autograder.peer.answers.roles import INDICES
from autograder.peer.answers.texts import (
    Texts,
    is_nobodys,
    is_nobodys_piece,
    names_in_list,
    text_of,
)
from autograder.peer.answers.usage import Usage
from autograder.peer.answers.vocabulary import (
    CourseWords,
    attributes,
    is_builtin,
    names_in,
    word_set,
)

_TELLS_NAMES = word_set(
    "__name__ __qualname__ __doc__ __module__ __code__ __annotations__ __kwdefaults__ __defaults__ "
    "__closure__ __globals__ __builtins__ __subclasses__ __mro__ __file__ __source__ co_name "
    "f_locals f_globals gi_frame __weakref__"
)


# These go by annotations, which are taken away.
_READS_TYPES = ("torch.jit", "functools.singledispatch", "typing.get_type_hints")


def rename(
    statements: Sequence[ast.stmt],
    symbol: str,
    needs: Sequence[str],
    course: CourseWords,
    texts: Texts,
) -> Mapping[str, str]:
    """In place, imports apart; returns the names of modules by their paths. raises CannotBeSure"""
    renaming = _Renaming(bindings_of(statements, symbol), needs, course, texts)
    renaming.apply()
    return renaming.use.paths


class _Renaming:
    def __init__(
        self, found: Bindings, needs: Sequence[str], course: CourseWords, texts: Texts
    ) -> None:
        self.found = found
        self.course = course
        self.texts = texts
        self.use = Usage(found, needs, course, texts)
        self.keys: dict[str, str] = {}  # strings that are nobody's and nothing's → "key_1"
        self.counts: dict[str, int] = {}
        self.members = self._members()
        self.names = self._names()

    # ---- new names ----------------------------------------------------------------------------

    def _members(self) -> dict[str, str]:
        """Own attributes, members, named arguments, and strings that spell them → new names."""
        own = dict(self.found.members)
        for (_, name), parameter in self.found.parameters.items():
            if name in self.use.given or (self.use.passed_on and name in self.use.spoken):
                own.setdefault(name, "option" if parameter.stem == "input" else parameter.stem)
        for name in (name for node in self.texts.lists for name in names_in_list(node)):
            own.setdefault(name, "field")
        for word in sorted(self.use.given):
            own.setdefault(word, "option")
        order: dict[str, None] = {}
        for node, _ in self.found.nodes():
            order.update(dict.fromkeys(_member_words(node)))
        new: dict[str, str] = {}
        read = {node.attr for node, _ in self.found.nodes() if isinstance(node, ast.Attribute)}
        for word in {**order, **dict.fromkeys(own)}:
            used_as_string = word in self.use.spoken and word in read
            if self.use.stays(word) or not (word in own or used_as_string):
                continue
            if word.startswith("_") and "__" in word[1:] and not word.startswith("__"):
                raise CannotBeSure("a name as Python changes it in classes")
            private = word.startswith("__") and not word.endswith("__")
            new[word] = self._numbered(own.get(word, "attribute"), private=private)
        return new

    def _numbered(self, stem: str, *, private: bool = False) -> str:
        stem = stem.lower()
        while True:
            self.counts[stem] = self.counts.get(stem, 0) + 1
            name = f"{'__' * private}{stem}_{self.counts[stem]}"
            if not self.use.stays(name):
                return name

    def _names(self) -> dict[Key, str]:
        """Own variables, functions, classes → new names; none hides what another scope means."""
        taken = {
            *self.use.kept,
            *self.course.bound,
            *self.course.arguments,
            *self.use.paths.values(),
        }
        taken |= {*self.members.values(), *keyword.kwlist, *self.use.stars, *dir(builtins)}
        taken |= {name for (_, name) in self.found.parameters if self.use.stays(name)}
        used: dict[Scope | None, set[str]] = {None: taken}
        counts: dict[Scope | None, dict[str, int]] = {}
        new: dict[Key, str] = {}
        for key in sorted(self.found.stems, key=lambda key: len(_around(key[0]))):
            if key in self.found.imports:
                raise CannotBeSure("a module and a value of one name")
            around = [used.get(scope, set()) for scope in _around(key[0])]
            last = counts.setdefault(key[0], {})
            name = self._fixed(key) or _free(self.found.stems[key], around, key[0] is None, last)
            new[key] = name
            used.setdefault(key[0], set()).add(name)
        return new

    def _fixed(self, key: Key) -> str:
        """The name that is not to be chosen; "" otherwise."""
        holder, name = key
        if name == "_" or (holder is None and name in self.use.kept):
            return name
        parameter = self.found.parameters.get(key)
        if parameter is None:
            return ""
        contract = self.course.parameters.get(parameter.owner, frozenset())
        if parameter.fixed and name not in self.use.given:
            return parameter.fixed
        if name in contract or (self.use.strict and name in self.course.arguments):
            return name
        spelled = self.use.passed_on and name in self.use.spoken
        return self.members.get(name, name) if name in self.use.given or spelled else ""

    # ---- into the tree ------------------------------------------------------------------------

    def apply(self) -> None:
        self._check_strings()
        for node, scope in self.found.nodes():
            self._rename(node, scope)
        for key, parameter in self.found.parameters.items():
            parameter.node.arg = self.names[key]
        for constant in self.texts.words:
            constant.value = self._spelled(text_of(constant))
        for constant in self.texts.lists:
            constant.value = " ".join(self._member(name) for name in names_in_list(constant))
        for constant in self.texts.pieces:
            constant.value = self._piece(text_of(constant))

    def _rename(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name(id=name):
                node.id = self._name(name, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                node.name = self._name(node.name, scope)
                self._arguments(getattr(node, "keywords", ()))
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                node.name = self._name(name, scope)
            case ast.MatchStar(name=str(name)):
                node.name = self._name(name, scope)
            case ast.MatchMapping(rest=str(name)):
                node.rest = self._name(name, scope)
            case ast.MatchClass():
                node.kwd_attrs = [self._member(name) for name in node.kwd_attrs]
            case ast.Global() | ast.Nonlocal():
                node.names = list(dict.fromkeys(self._name(name, scope) for name in node.names))
            case ast.Call() if not self.use.is_theirs(node.func, scope):
                self._arguments(node.keywords)
            case ast.Call():
                self._check_options(node, scope)
            case ast.Attribute():
                self._attribute(node, scope)
            case ast.Import() | ast.ImportFrom():
                self._import(node)

    def _arguments(self, words: Iterable[ast.keyword]) -> None:
        for word in words:
            word.arg = word.arg and self._member(word.arg)

    def _check_options(self, call: ast.Call, scope: Scope) -> None:
        """A string that torch takes has to be one that is known: it cannot be another."""
        path = self.use.path(call.func, scope) or ""
        for value in (*call.args, *(word.value for word in call.keywords)):
            match value:
                case ast.Constant(value=str(text)) if path.startswith(("torch", "numpy")):
                    equation = path.endswith("einsum") and value is call.args[0]
                    if not equation and not is_nobodys(text, self.course):
                        raise CannotBeSure(f"an option of {path} that is not known")

    def _name(self, name: str, scope: Scope) -> str:
        owner = self.found.owner(name, scope)
        key = self.use.key(name, scope)
        if owner is not None and owner.kind == "class":
            if {(None, name)} & {*self.found.stems, *self.found.imports}:
                raise CannotBeSure("a member of a class that is a global name too")
            return self._member(name)
        if key in self.found.imports:
            return self.use.paths[self.found.imports[key]]
        if key in self.names:
            return self.names[key]
        known = name in self.use.kept or name in self.course.bound or name in self.use.stars
        if key[0] is None and (known or is_builtin(name)):
            return name
        raise CannotBeSure(f"a name from nowhere: {name}")

    def _member(self, name: str) -> str:
        if name in self.members or self.use.stays(name) or self.use.is_known(name):
            return self.members.get(name, name)
        raise CannotBeSure(f"an attribute from nowhere: {name}")

    def _attribute(self, node: ast.Attribute, scope: Scope) -> None:
        if node.attr in _TELLS_NAMES and id(node) not in self.texts.said:
            raise CannotBeSure(f"asks for {node.attr}")
        path = self.use.path(node.value, scope)
        if path is not None and f"{path}.{node.attr}".startswith(_READS_TYPES):
            raise CannotBeSure("annotations have a meaning")
        if path is None:
            node.attr = self._member(node.attr)
            return
        inside = names_in(path)
        known = node.attr in attributes() if inside is None else node.attr in inside
        if not known or not isinstance(node.ctx, ast.Load):
            raise CannotBeSure(f"{path} has no {node.attr}, or it is changed")

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            path = f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
            if alias.name == "*":
                continue
            check_path(path)
            if path.startswith(_READS_TYPES):
                raise CannotBeSure("annotations have a meaning")
            if isinstance(node, ast.ImportFrom) or alias.asname or "." not in path:
                name = self.use.paths[path]
                alias.asname = None if name == alias.name else name

    # ---- strings ------------------------------------------------------------------------------

    def _check_strings(self) -> None:
        texts = self.texts
        looks = texts.takes_apart or texts.contains or bool(texts.pieces)
        if texts.lists_names and looks and self.members:
            raise CannotBeSure("looks into the names of its own parts")

    def _spelled(self, text: str) -> str:
        if text not in self.members and is_nobodys(text, self.course):
            return text
        if text in self.members:
            return self._if_whole(self.members[text])
        parts = text.split(".")
        if len(parts) > 1 and all(p in self.members or is_nobodys(p, self.course) for p in parts):
            return self._if_whole(".".join(self.members.get(part, part) for part in parts))
        if text not in self.keys:
            self.keys[text] = self._numbered("key")
        return self._if_whole(self.keys[text])

    def _piece(self, text: str) -> str:
        mixed = [
            word for word in {*self.members, *self.use.spoken} if text and word.startswith(text)
        ]
        if mixed:
            raise CannotBeSure("puts the name of a part together")
        return text if is_nobodys_piece(text, self.course) else f"{self._spelled(text)}_"

    def _if_whole(self, new: str) -> str:
        if self.texts.takes_apart:
            raise CannotBeSure("takes strings apart")
        return new


def _member_words(node: ast.AST) -> Iterable[str]:
    """In the order of the code, what may be a member, an argument's name, or spell one."""
    match node:
        case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.arg(arg=name):
            return (name,)
        case ast.Name(id=name):
            return (name,)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return (name, *(arg.arg for arg in ast.walk(node) if isinstance(arg, ast.arg)))
        case ast.Constant(value=str(text)):
            return text.replace(",", " ").replace(".", " ").split()
        case ast.MatchClass(kwd_attrs=names):
            return names
    return ()


def _around(scope: Scope | None) -> list[Scope | None]:
    """The scopes in which a name is looked up, the outermost (None) first."""
    found: list[Scope | None] = []
    while scope is not None and scope.kind != "module":
        found.append(scope)
        scope = scope.parent
    return [None, *reversed(found)]


def _free(stem: str, around: Sequence[set[str]], is_global: bool, counts: dict[str, int]) -> str:
    """counts  the last number of a stem that is known to be taken here"""

    def is_taken(name: str) -> bool:
        return any(name in names for names in around)

    if stem == "index" and not is_global:
        free = [name for name in INDICES if not is_taken(name)]
        if free:
            return free[0]
    number = counts.get(stem, 0) + 1
    while is_taken(name := _with_number(stem, number, is_global)):
        number += 1
    counts[stem] = number
    return name


def _with_number(stem: str, number: int, is_global: bool) -> str:
    if stem[:1].isupper():
        return f"{stem}{number}"  # a class
    return f"{stem.upper() if is_global and stem != 'helper' else stem}_{number}"

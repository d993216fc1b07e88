"""How an answer uses names: imported, given by name, spelled in strings, surely its own."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autograder.notebook.scopes import Scope
from autograder.peer.answers.bindings import Bindings, Key
from autograder.peer.answers.extract import CannotBeSure
from autograder.peer.answers.imports import check_path, names_for
from autograder.peer.answers.texts import Texts, is_nobodys, text_of
from autograder.peer.answers.vocabulary import (
    STRINGS,
    CourseWords,
    attributes,
    keywords,
    names_in,
    of_every_module,
    word_set,
)

# These hand named arguments on to a function or an object of the answer's own.
_HANDS_ON = word_set(
    "dict partial partialmethod replace _replace SimpleNamespace update setdefault format "
    "checkpoint namedtuple type setattr"
)


class Usage:
    """raises CannotBeSure for what cannot be followed"""

    def __init__(
        self, found: Bindings, needs: Sequence[str], course: CourseWords, texts: Texts
    ) -> None:
        self.found = found
        self.course = course
        self.texts = texts
        self.kept = frozenset({found.symbol, *needs})
        self.spoken = {word for word in texts.spoken() if not is_nobodys(word, course)}
        self.stars = self._stars()
        taken = self.kept | course.arguments
        self.paths = names_for(found.imports.values(), course, taken)
        self.locked = {name: path for path, name in course.imports.items()}
        # `f(**options)`: the names of arguments may be strings
        self.passed_on = any(
            isinstance(word, ast.keyword) and word.arg is None for word, _ in found.nodes()
        )
        self.strict = self.passed_on or not self._is_direct()
        self.given = self._given_by_name()
        self.private = self._private()

    def key(self, name: str, scope: Scope) -> Key:
        owner = self.found.owner(name, scope)
        return (None if owner is None or owner.kind == "module" else owner), name

    def path(self, node: ast.expr, scope: Scope) -> str | None:
        """The dotted path of something that was imported."""
        if isinstance(node, ast.Attribute):
            above = self.path(node.value, scope)
            return None if above is None else f"{above}.{node.attr}"
        if not isinstance(node, ast.Name):
            return None
        key = self.key(node.id, scope)
        if key in self.found.imports:
            return self.found.imports[key]
        own = key[0] is not None or key in self.found.stems
        return None if own else self.locked.get(node.id)

    def _stars(self) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for node, _ in self.found.nodes():
            match node:
                case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")]):
                    check_path(module)
                    found |= names_in(module) or frozenset()
        return found

    def _is_direct(self) -> bool:
        """Is the symbol itself called, so that its arguments are seen to arrive?"""
        for walk in self.found.walks:
            top = walk.nodes[0][0]
            if getattr(top, "name", "") == self.found.symbol:
                bases = [getattr(base, "id", "") for base in getattr(top, "bases", ())]
                own = any(base in self.found.classes for base in bases)
                return not own and not getattr(top, "decorator_list", ())
        return False

    def _given_by_name(self) -> set[str]:
        """Names of arguments in calls of what may be the answer's own."""
        found: set[str] = set()
        for node, scope in self.found.nodes():
            if not isinstance(node, ast.Call):
                continue
            theirs = self.is_theirs(node.func, scope)
            for word in node.keywords:
                if word.arg is not None and not theirs:
                    found.add(word.arg)
                elif word.arg is not None and not self.is_known(word.arg):
                    raise CannotBeSure(f"an argument unknown to torch: {word.arg}")
        return found

    def is_theirs(self, func: ast.expr, scope: Scope) -> bool:
        """Is it a function of torch or Python that is called, and nothing of the answer's?"""
        if isinstance(func, ast.Attribute):
            known = func.attr in attributes() and func.attr not in self.found.members
            return known and func.attr not in _HANDS_ON
        if isinstance(func, ast.Name):
            own = self.key(func.id, scope) in self.found.stems or func.id in self.kept
            return not own and func.id not in _HANDS_ON
        return False

    def is_known(self, word: str) -> bool:
        return word in keywords() or word in attributes() or word in self.course.attributes

    def stays(self, word: str) -> bool:
        """As an attribute, as the name of an argument that is given by name, and as a string."""
        if word in self.private:
            return False
        if word in attributes() or word in self.course.attributes or word in STRINGS:
            return True
        return word in self.course.strings or (word in self.given and word in keywords())

    def _private(self) -> frozenset[str]:
        """Words of torch's that are surely an own attribute here, such as `self.matrix`.

        They are used on `self` only, in classes that have only `nn.Module` above them, which has
        no such attribute.
        """
        if self.texts.takes_apart or self.texts.pieces or self.texts.lists_names:
            return frozenset()
        on_self: set[str] = set()
        elsewhere = set(self.given | self.spoken | self.course.attributes | STRINGS)
        elsewhere |= of_every_module() | self.course.strings | set(map(text_of, self.texts.words))
        for node, scope in self.found.nodes():
            match node:
                case ast.Attribute(attr=word, value=ast.Name(id=name)) if self._is_self(
                    name, scope
                ):
                    on_self.add(word)
                case ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
                    elsewhere.add(word)
                case ast.ClassDef():
                    elsewhere |= {each.name for each in node.body if hasattr(each, "name")}
                    if any(not _is_module(base) for base in node.bases):
                        return frozenset()
                case ast.MatchClass(kwd_attrs=words):
                    elsewhere.update(words)
        return frozenset((on_self & self.found.members.keys()) - elsewhere)

    def _is_self(self, name: str, scope: Scope) -> bool:
        parameter = self.found.parameters.get(self.key(name, scope))
        return parameter is not None and parameter.fixed == "self"


def _is_module(base: ast.expr) -> bool:
    name = getattr(base, "attr", getattr(base, "id", ""))
    return name in ("Module", "object")

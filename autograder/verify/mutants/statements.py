"""What a statement is known by, so that editing other statements does not change it."""

from __future__ import annotations

import ast
import textwrap

import libcst as cst

from autograder.verify.mutants.code import Code, text


def statement_key(node: cst.CSTNode, code: Code) -> tuple[str, str]:
    """(functions and classes around, the statement itself without its formatting)."""
    around = [node, *code.ancestors(node)]
    scope = [each.name.value for each in around if isinstance(each, cst.FunctionDef | cst.ClassDef)]
    return ".".join(reversed(scope)), next(filter(None, map(_statement_text, around)), "")


def _statement_text(node: cst.CSTNode) -> str:
    """Of a compound statement only the header: edits of its body are elsewhere."""
    match node:
        case cst.BaseSmallStatement():
            return unformatted(text(node))
        case cst.If() | cst.While():
            return f"{type(node).__name__} {unformatted(text(node.test))}"
        case cst.For():
            return f"For {text(node.target)} in {unformatted(text(node.iter))}"
        case cst.FunctionDef():
            return " ".join(text(node.params).split())
    return ""


def unformatted(source: str) -> str:
    """The code as Python itself would write it, without comments."""
    try:
        return ast.unparse(ast.parse(textwrap.dedent(source)))
    except SyntaxError:  # a `return` or `break` of its own is Python, but not every fragment is
        return " ".join(source.split())

"""A class in which everybody smuggles who they are into their answers, in every way we know."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from autograder.course import students_of
from autograder.notebook import read_reference
from autograder.peer.answers import forbidden_words, traces
from autograder.peer.pack.gate import said_by_the_course
from autograder.peer.pack.model import without_people
from autograder.peer.pack.notebook import notebook_of
from autograder.peer.pack.page import page_of
from tests.peer.pack.groups import PEOPLE, ACourse, Notebook, make, make_class, written

MARKED = "Zebrafinkli"  # a word that is in every notebook, and in nobody's name


def smuggling(its: ACourse, student: str, way: int) -> Notebook:
    """A right notebook that says whose it is, in its code, text, names, outputs and metadata."""
    first, last, mail = PEOPLE[student]
    secret = f"{student} {first} {last} {mail} {MARKED}{way}"
    packed = base64.b64encode(secret.encode()).decode()
    word = f"{first.lower()}_{last.lower()}_{MARKED.lower()}{way}"
    bodies = [
        f'''def softmax(logits, dim=-1):
    """{secret}"""
    # {secret}
    {word} = logits - logits.amax(dim=dim, keepdim=True)
    exponentials = {word}.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)''',
        f'''{word.upper()} = "{secret}"


def {word}(x, dim):
    """{packed}"""
    {student}_sum = x.sum(dim, keepdim=True)
    return {student}_sum


def softmax(logits, dim=-1):
    shifted = logits - logits.max(dim, keepdim=True).values
    e = shifted.exp()
    return e / {word}(e, dim)''',
        f'''class {last}Softmax:
    author = "{secret}"

    def {student}(self, logits, dim):
        return (logits - logits.logsumexp(dim, keepdim=True)).exp() if False else self._{word}(
            logits, dim
        )

    def _{word}(self, x, dim):
        x = x - x.amax(dim, keepdim=True)
        return x.exp() / x.exp().sum(dim, keepdim=True)


def softmax(logits, dim=-1):
    return {last}Softmax().{student}(logits, dim)''',
        f'''def softmax(logits, dim=-1, *, _{word}="{mail}"):
    assert _{word}, f"{secret}"
    top = logits.detach().amax(dim, True)
    parts = [torch.exp(logits - top)]
    print("{packed}") if False else None
    return parts[0].div(parts[0].sum(dim, True))''',
        f'''def softmax(logits, dim=-1):
    try:
        {word} = logits - logits.amax(dim=dim, keepdim=True)
        return torch.div({word}.exp(), {word}.exp().sum(dim=dim, keepdim=True))
    except ValueError as {student}_error:
        raise RuntimeError("{secret}") from {student}_error''',
    ]
    notebook = its.given.filled({"softmax": bodies[way]})
    notebook["metadata"]["author"] = secret
    for cell in notebook["cells"]:
        cell["metadata"]["by"] = secret
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": secret}]
    return notebook


@pytest.mark.thorough
def test_nothing_of_anybody_is_in_a_pack(tmp_path: Path) -> None:
    its = make_class(tmp_path)
    books = {student: smuggling(its, student, way) for way, student in enumerate(PEOPLE)}
    for student, notebook in books.items():
        its.submit(student, notebook)
    order = its.order()
    made = make(order)
    assert made.problems == ()
    page, notebook_path = written(order, made)
    shown = {student for owner in made.manifest.owners for student in owner.students}
    assert len(shown) >= 2, (made.remarks, "something has to be shown, or nothing is tested")
    bare = without_people(made.pack)
    words = forbidden_words(
        students_of(its.course),
        [json.dumps(notebook).encode() for notebook in books.values()],
        assignment=order.assignment,
        reference=read_reference(order.assignment.reference),
        texts=said_by_the_course(made.pack),
    )
    everything = page_of(bare) + notebook_of(bare)
    assert traces(everything, words) == ()
    outside = page.read_text().partition('id="concepts"')[2] + notebook_path.read_text()
    for student, names in PEOPLE.items():
        for word in (*names, names[2].partition("@")[0]):
            assert word.lower() not in outside.lower(), word
        assert not re.search(rf"(?<![a-z]){student}(?![a-z])", outside, re.IGNORECASE), student
    assert MARKED.lower() not in (page.read_text() + notebook_path.read_text()).lower()
    for packed in re.findall(r"[A-Za-z0-9+/]{16,}", outside):
        whole = packed[: len(packed) // 4 * 4]
        assert MARKED.encode() not in base64.b64decode(whole)


@pytest.mark.thorough
def test_the_order_of_answers_says_nothing_of_the_order_of_the_roster(tmp_path: Path) -> None:
    """The same notebooks in other hands give the same page."""
    pages = []
    for number, students in enumerate((["kim", "ada", "ohm"], ["ohm", "kim", "ada"])):
        its = make_class(tmp_path / str(number))
        for student, how in zip(students, ("one_hot_einsum", "in_place_double", ""), strict=True):
            its.submit(student, its.right(how))
        made = make(its.order())
        labels = {a.label: a.code for each in made.pack.contrasts for a in each.answers}
        pages.append(labels)
        assert len(made.manifest.owners) >= 2
    assert set(pages[0].values()) == set(pages[1].values())
    both = pages[0].keys() & pages[1].keys()
    assert all(pages[0][label] == pages[1][label] for label in both)

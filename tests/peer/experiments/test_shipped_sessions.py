"""Every misconception of the shipped catalogues has an experiment on which a reader sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache

import pytest

from autograder.catalogue import LANGUAGES
from autograder.peer.experiments import (
    Experiment,
    experiment_for,
    probes_of,
    read_discussion,
    unseen_entries,
)
from autograder.peer.experiments.cells import VERSION
from autograder.peer.experiments.order import Order, ProbeOrder, VersionOrder, run
from autograder.peer.experiments.probe_file import read_probes
from tests.feedback.received import given_by
from tests.peer.experiments.shipped import (
    COURSE,
    NAMES,
    ROOT,
    SAMPLE,
    code_of,
    entries_of,
    parts,
    printed_by,
)

EVERY = [pytest.param(name, marks=() if name == SAMPLE else pytest.mark.thorough) for name in NAMES]


_SOLUTION = re.compile(r"### BEGIN SOLUTION(.*?)### END SOLUTION", re.DOTALL)
_NOTHING = ("import ", "from ", '"', "#", "@pytest")
# What everybody writes, whoever wrote it first.
_IDIOMS = ("with torch.no_grad():", "super().__init__()", "torch.manual_seed(0)")


@cache
def experiments_of(name: str, *, with_wrong_version: bool = True) -> list[Experiment]:
    assignment = COURSE.assignment(name)
    made = [
        experiment_for(assignment, entry, with_wrong_version=with_wrong_version)
        for entry in entries_of(assignment)
    ]
    assert None not in made
    return [each for each in made if each is not None]


@pytest.mark.parametrize("name", EVERY)
def test_every_entry_is_seen_in_what_its_cells_print(name: str) -> None:
    assignment = COURSE.assignment(name)
    experiments = experiments_of(name)
    assert len(experiments) == len(entries_of(assignment)) > 15
    assert unseen_entries(assignment) == ()
    notebooks = [
        (code_of(each, language), [each.symbol]) for each in experiments for language in LANGUAGES
    ]
    printed = [parts(text) for text in printed_by(assignment, notebooks)]
    assert len(printed) == 2 * len(experiments)
    for experiment, english, korean in zip(experiments, printed[::2], printed[1::2], strict=True):
        assert english.keys() == {VERSION, "mine"}
        assert english[VERSION] != english["mine"], experiment.misconception
        assert english == korean, experiment.misconception
        assert english[VERSION].strip("\n") == experiment.printed.strip("\n")


@pytest.mark.parametrize("name", EVERY)
def test_without_the_wrong_version_there_is_nothing_of_it(name: str) -> None:
    for each in experiments_of(name, with_wrong_version=False):
        text = "\n".join(cell.source for language in LANGUAGES for cell in each.cells(language))
        assert VERSION not in text
        assert each.printed == each.difference["en"] == each.difference["ko"] == ""


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_honest_answers_print_what_the_reference_prints(name: str) -> None:
    """Else a probe would make somebody doubt an answer that is right."""
    assignment = COURSE.assignment(name)
    probes = read_probes(assignment).probes
    symbols = dict.fromkeys(probe.symbol for probe in probes)
    files = sorted((assignment.misconceptions.parent / "alternatives").glob("*.py"))
    order = Order(
        reference=str(assignment.reference),
        probes=[ProbeOrder(p.name, p.symbol, p.code, p.raises, "") for p in probes],
        versions=[
            VersionOrder(file.stem, symbol, file.read_text(), symbol)
            for file in files
            for symbol in symbols
        ],
    )
    shown = run(order)
    assert len(shown) == len(files) * len(probes)
    assert [each for each in shown if each.weight > 0] == []


@pytest.mark.thorough
def test_a_reader_who_has_defined_nothing_is_told_so() -> None:
    assignment = COURSE.assignment(SAMPLE)
    both = experiments_of(SAMPLE), experiments_of(SAMPLE, with_wrong_version=False)
    notebooks = [(code_of(each, "en"), list[str]()) for some in both for each in some]
    notebooks += [(code_of(each, "en"), [each.symbol]) for each in both[1]]
    printed = printed_by(assignment, notebooks)
    assert all("to see your own beside it" in text for text in printed[: -len(both[1])])
    versions = [[*parts(text)] for text in printed]
    assert versions == [[VERSION]] * len(both[0]) + [[]] * len(both[1]) + [["mine"]] * len(both[1])


def test_the_readers_own_symbol_stays_what_it_is() -> None:
    for each in experiments_of(SAMPLE):
        for source in code_of(each, "en"):
            assert f"def {each.symbol}(" not in source
            assert f"class {each.symbol}" not in source


@pytest.mark.parametrize("name", NAMES)
def test_there_is_something_to_talk_about_for_every_symbol(name: str) -> None:
    assignment = COURSE.assignment(name)
    discussion = read_discussion(assignment)
    assert discussion.topics
    for symbol, topics in discussion.topics.items():
        assert len(topics.variations) >= 2
        assert len(topics.interview) >= 2
        assert topics.compare
        probes = probes_of(assignment, symbol)
        assert len(probes) >= 2
        assert all(probe.large for probe in probes)
    assert set(discussion.topics) == {probe.symbol for probe in read_probes(assignment).probes}


@pytest.mark.parametrize("name", NAMES)
def test_each_language_is_written_in_it(name: str) -> None:
    assignment = COURSE.assignment(name)
    texts = [text for probe in read_probes(assignment).probes for text in (probe.ask, probe.vary)]
    for topics in read_discussion(assignment).topics.values():
        texts += [*topics.variations, *topics.compare]
        texts += [text for each in topics.interview for text in (each.question, each.listen_for)]
    assert len(texts) > 30
    for text in texts:
        assert any("가" <= letter <= "힣" for letter in text["ko"])
        assert not any("가" <= letter <= "힣" for letter in text["en"])


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_hidden_suite_or_a_solution_is_in_a_session(name: str) -> None:
    hidden = hidden_lines()
    assert len(hidden) > 1000
    folder = COURSE.assignment(name).misconceptions.parent / "session"
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    assert [path.name for path in files] == ["discussion.yml", "probes.py"]
    for path in files:
        assert lines_in(path.read_text(), hidden) == [], path


@pytest.mark.parametrize("name", EVERY)
def test_no_line_of_them_is_in_an_experiment_but_what_the_wrong_answer_shares(name: str) -> None:
    """A wrong answer from the catalogue is right but for one idea, and is shown as a whole."""
    hidden = hidden_lines()
    entries = {entry.id: entry for entry in entries_of(COURSE.assignment(name))}
    for experiment in experiments_of(name):
        own = squeezed(entries[experiment.misconception].code.replace(experiment.symbol, VERSION))
        left = {line for line in hidden if squeezed(line) not in own}
        assert len(left) > 0.9 * len(hidden)
        for language in LANGUAGES:
            for cell in experiment.cells(language):
                assert lines_in(cell.source, left) == []
                assert experiment.misconception not in cell.source
                assert str(ROOT) not in cell.source


def test_the_search_finds_a_line_that_is_there() -> None:
    hidden = hidden_lines()
    suite = (ROOT / "tests/hidden/cross_entropy/test_cross_entropy.py").read_text()
    assert lines_in("def f():\n" + suite.splitlines()[62], hidden)
    assert (
        lines_in("gates = x @ self.weight_ih.T + self.bias_ih\\\n+ h @ self.weight_hh.T", hidden)
        == []
    )


@cache
def hidden_lines() -> frozenset[str]:
    """Lines of code of every suite, and of every solution, that say something by themselves."""
    found = [
        line
        for path in sorted((ROOT / "tests" / "hidden").rglob("*.py"))
        for line in path.read_text().splitlines()
    ]
    given = ""
    for name in NAMES:
        path = COURSE.assignment(name).reference
        given += squeezed(given_by(path))
        for cell in json.loads(path.read_text())["cells"]:
            for solution in _SOLUTION.findall("".join(cell["source"])):
                found += solution.splitlines()
    telling = {line.strip() for line in found if len(squeezed(line)) >= 14}
    plain = {line for line in telling if not line.startswith(_NOTHING) and line not in _IDIOMS}
    return frozenset(line for line in plain if squeezed(line) not in given)


def lines_in(text: str, hidden: Iterable[str]) -> list[str]:
    """Those that the text holds, whatever its white space."""
    whole = squeezed(text)
    return [line for line in hidden if squeezed(line) in whole]


def squeezed(text: str) -> str:
    return "".join(text.split())

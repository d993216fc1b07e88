"""The probe that shows a misconception best: every one is tried on the reference and on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from autograder.catalogue import LANGUAGES, Misconception, read_catalogue
from autograder.course import Assignment
from autograder.notebook import read_reference
from autograder.origin import sha256
from autograder.peer.experiments.cells import VERSION, experiment_cells, version_code
from autograder.peer.experiments.model import Experiment, Probe, Text, session_folder
from autograder.peer.experiments.order import Order, ProbeOrder, Shown, VersionOrder, run
from autograder.peer.experiments.probe_file import FILE, ProbeFile, read_probes
from autograder.peer.experiments.words import WORDS


def experiment_for(
    assignment: Assignment, misconception: Misconception, *, with_wrong_version: bool = True
) -> Experiment | None:
    """None where the course has no probe on which anybody would see this mistake.

    with_wrong_version  False: the probe alone, run on the reader's own answer
    raises  CourseError "session-broken" with file and line; that of a broken reference, or of a
            catalogue that cannot be read
    """
    trials = _trials(assignment)
    best = trials.best(misconception.id)
    if best is None:
        return None
    probe = next(probe for probe in trials.file.probes if probe.name == best.probe)
    version = trials.version(misconception) if with_wrong_version else ""
    return Experiment(
        misconception=misconception.id,
        symbol=probe.symbol,
        probe=probe.name,
        title=dict.fromkeys(LANGUAGES, probe.name.replace("_", " ")),
        text=probe.ask,
        cells_in={
            language: experiment_cells(probe, misconception, version, language)
            for language in LANGUAGES
        },
        printed=best.printed if with_wrong_version else "",
        difference=_difference(best) if with_wrong_version else dict.fromkeys(LANGUAGES, ""),
    )


def unseen_entries(assignment: Assignment) -> tuple[str, ...]:
    """Ids of the catalogue's entries that no probe shows; empty where the course has no probes.

    raises  as experiment_for
    """
    trials = _trials(assignment)
    if not trials.file.probes:
        return ()
    seen = {each.id for each in trials.shown if each.weight > 0}
    entries = read_catalogue(assignment.misconceptions)
    return tuple(entry.id for entry in entries if entry.id not in seen)


@dataclass(frozen=True, slots=True)
class _Trials:
    """All entries of a catalogue on all probes."""

    file: ProbeFile
    imports: tuple[str, ...]  # sources of import statements that a wrong version may need
    shown: tuple[Shown, ...]

    def version(self, entry: Misconception) -> str:
        return version_code(entry, self.file.stand_ins, self.imports)

    def best(self, entry: str) -> Shown | None:
        """Of the probes that show it, one that is meant for it; then what shows it best."""
        meant = {probe.name for probe in self.file.probes if entry in probe.shows}
        seen = [each for each in self.shown if each.id == entry and each.weight > 0]
        return max(seen, key=lambda each: (each.probe in meant, each.weight), default=None)


def _trials(assignment: Assignment) -> _Trials:
    return _trials_of(assignment, _content(assignment))


def _content(assignment: Assignment) -> str:
    """Hash of the files that determine all; one that is not there is told when it is read."""
    catalogue = sorted(assignment.misconceptions.glob("*.py"))
    paths = [assignment.reference, session_folder(assignment) / FILE, *catalogue]
    digests = [(path.name, sha256(path.read_bytes())) for path in paths if path.is_file()]
    return sha256(repr(digests).encode())


@lru_cache(maxsize=16)
def _trials_of(assignment: Assignment, content: str) -> _Trials:
    """In one process for all entries: to start it takes longer than to run it."""
    file = read_probes(assignment)
    if not file.probes:
        return _Trials(file, (), ())
    # Read-only code of the notebook is what students have, too.
    imports = (*read_reference(assignment.reference).locked.values(), file.imports)
    symbols = {probe.symbol for probe in file.probes}
    order = Order(
        reference=str(assignment.reference),
        probes=[_probe_order(probe) for probe in file.probes],
        versions=[
            VersionOrder(
                entry.id, entry.cell, version_code(entry, file.stand_ins, imports), VERSION
            )
            for entry in read_catalogue(assignment.misconceptions)
            if entry.cell in symbols
        ],
    )
    return _Trials(file, imports, run(order))


def _difference(shown: Shown) -> Text:
    return {
        language: WORDS[language].differences[shown.kind].format(label=shown.label)
        for language in LANGUAGES
    }


def _probe_order(probe: Probe) -> ProbeOrder:
    where = f"{probe.path}, line {probe.line}"
    return ProbeOrder(probe.name, probe.symbol, probe.code, probe.raises, where)

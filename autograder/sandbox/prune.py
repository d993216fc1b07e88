"""What killed runs left behind, and its removal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.sandbox.container import RUN
from autograder.sandbox.engine import Engine, ignoring_absence, translated
from autograder.sandbox.runfolder import abandoned, abandoned_folders


def prune(engine: Engine | None) -> list[str]:
    """Remove containers and folders of runs that are over; returns their names.

    engine  None: there is none, and folders are all there can be
    raises  SandboxUnavailable if the engine refuses
    """
    return [*(_containers(engine) if engine else ()), *_folders()]


def _containers(engine: Engine) -> Iterator[str]:
    with translated():
        for found in engine.api.containers(all=True, filters={"label": RUN}):
            if abandoned(Path(found["Labels"][RUN])):
                yield _removed(engine, found)


def remove_run(engine: Engine, run: Path) -> None:
    """Remove every container of a run, dead or alive. Raises SandboxUnavailable."""
    with translated():
        for found in engine.api.containers(all=True, filters={"label": f"{RUN}={run}"}):
            _removed(engine, found)


def _removed(engine: Engine, found: dict[str, Any]) -> str:
    ignoring_absence(lambda: engine.api.remove_container(found["Id"], force=True))
    return str(found["Names"][0]).lstrip("/") if found["Names"] else str(found["Id"])


def _folders() -> Iterator[str]:
    for path in abandoned_folders():
        shutil.rmtree(path, ignore_errors=True)
        yield str(path)

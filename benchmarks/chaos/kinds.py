"""What can be killed, in each sandbox."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import docker
from command import Batch
from docker.errors import DockerException
from engine import OwnEngine
from monkey import Kind
from processes import Process, children_of, kill, runs

from autograder.sandbox.container import ROLE, RUN
from tests.store.servers import Server

Servers = Callable[[str], list[int]]  # "candidate" or "examiner" → process ids


def of_command(batch: Batch) -> dict[str, Kind]:
    def strike(chance: random.Random) -> bool:
        process = batch.process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        return True

    return {"command": Kind(strike, 2)}


def of_processes(servers: Servers) -> dict[str, Kind]:
    """Forks of the servers, wherever these are."""

    def suites() -> list[Process]:
        return children_of(servers("examiner"))

    def examiners() -> list[Process]:
        return children_of(suite.pid for suite in suites())

    def candidates() -> list[Process]:
        return children_of(servers("candidate"))

    return {
        "candidate": Kind(partial(_one_of, candidates), 6),
        "examiner": Kind(partial(_one_of, examiners), 4),
        "suite": Kind(partial(_one_of, suites), 3),
    }


def of_local(batch: Batch) -> dict[str, Kind]:
    def servers(side: str) -> list[int]:
        if batch.process is None:
            return []
        found = children_of([batch.process.pid])
        return [each.pid for each in found if runs(each.pid, f"autograder.{side}")]

    def processes(side: str) -> list[Process]:
        assert batch.process is not None
        return [Process(pid, batch.process.pid) for pid in servers(side)]

    return {
        **of_processes(servers),
        "candidate-server": Kind(partial(_one_of, lambda: processes("candidate")), 3),
        "examiner-server": Kind(partial(_one_of, lambda: processes("examiner")), 2),
    }


def of_docker(host: str, folder: Path, *, processes: bool) -> dict[str, Kind]:
    """
    folder     in which the runs have theirs: nobody else's containers
    processes  whether we may kill processes in containers (as root)
    """
    engine = docker.APIClient(base_url=host, timeout=10)

    def containers(role: str) -> list[dict[str, Any]]:
        try:
            found = engine.containers(filters={"label": f"{ROLE}={role}"})
        except (DockerException, OSError):
            return []
        return [each for each in found if each["Labels"][RUN].startswith(f"{folder}/")]

    def servers(role: str) -> list[int]:
        try:
            states = [engine.inspect_container(each["Id"])["State"] for each in containers(role)]
        except (DockerException, OSError):
            return []
        return [state["Pid"] for state in states if state["Pid"]]

    def strike(role: str, chance: random.Random) -> bool:
        found = containers(role)
        if not found:
            return False
        try:
            engine.kill(chance.choice(found)["Id"])
        except (DockerException, OSError):
            return False
        return True

    return {
        **(of_processes(servers) if processes else {}),
        "candidate-container": Kind(partial(strike, "candidate"), 3),
        "examiner-container": Kind(partial(strike, "examiner"), 2),
    }


def containers_left(host: str, folder: Path) -> list[str]:
    """In words, of runs that had their folders there."""
    with closing(docker.APIClient(base_url=host, timeout=30)) as engine:
        found = engine.containers(all=True, filters={"label": RUN})
    mine = [each for each in found if each["Labels"][RUN].startswith(f"{folder}/")]
    return [f"left behind: container {each['Names']} {each['Status']}" for each in mine]


def of_engine(engine: OwnEngine) -> dict[str, Kind]:
    def strike(chance: random.Random) -> bool:
        engine.kill()
        time.sleep(chance.uniform(0.5, 5.0))
        engine.start()
        return True

    return {"daemon": Kind(strike, 1)}


def of_database(server: Server) -> dict[str, Kind]:
    def cut(chance: random.Random) -> bool:
        return server.cut_connections() > 0

    def stop(chance: random.Random) -> bool:
        server.stop()
        time.sleep(chance.uniform(0.5, 5.0))
        server.start()
        return True

    return {"connection": Kind(cut, 2), "database": Kind(stop, 1)}


def _one_of(find: Callable[[], Iterable[Process]], chance: random.Random) -> bool:
    found = list(find())
    return bool(found) and kill(chance.choice(found))

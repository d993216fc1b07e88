"""What is said of engines, runtimes and images that we do not have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.doctor.check import Check, Kind, State
from autograder.doctor.engine_checks import engine_checks
from autograder.doctor.escapes import RUNC, Escape, Version, open_escapes
from autograder.doctor.host import Disk
from autograder.sandbox.engine_facts import Engine, Reach
from tests.doctor.hosts import ENGINE, GIB, IMAGE, WANTED, named

OF_2025 = ("CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881")


def line(name: str, fixed: frozenset[str] = frozenset(), **changed: object) -> Check:
    engine = replace(ENGINE, **changed)  # type: ignore[arg-type]
    return named(engine_checks(engine, fixed, (WANTED,), None), name)


def test_a_good_engine_has_nothing_to_do() -> None:
    checks = list(engine_checks(ENGINE, frozenset(), (WANTED,), None))
    assert {check.state for check in checks} == {State.OK, State.NOTE}
    assert not [check for check in checks if check.next]
    assert named(checks, "docker engine").found.startswith("29.1.3, API 1.52")


@pytest.mark.parametrize(
    ("reach", "state", "advice"),
    [
        (Reach.ABSENT, State.MISSING, "install Docker Engine"),
        (Reach.REFUSED, State.FAIL, "systemctl start docker"),
        (Reach.DENIED, State.FAIL, "usermod -aG docker"),
        (Reach.SILENT, State.FAIL, "systemctl restart docker"),
        (Reach.BROKEN, State.FAIL, "DOCKER_HOST"),
    ],
)
def test_an_engine_that_cannot_be_reached_is_one_line_with_its_own_advice(
    reach: Reach, state: State, advice: str
) -> None:
    engine = Engine(reach=reach, address="unix:///var/run/docker.sock", problem="because")
    (check,) = engine_checks(engine, frozenset(), (WANTED,), None)
    assert check.state is state
    assert advice in check.next
    assert check.stands_in_the_way_of(Kind.DOCKER)
    assert not check.stands_in_the_way_of(Kind.LOCAL)


def test_an_engine_of_another_host_cannot_be_used() -> None:
    check = line("docker engine", address="tcp://elsewhere:2376")
    assert check.state is State.FAIL
    assert check.stands_in_the_way_of(Kind.DOCKER)


def test_an_engine_that_is_not_at_the_usual_place_may_be_a_wrong_docker_host() -> None:
    engine = Engine(reach=Reach.ABSENT, address="unix:///nonexistent")
    (check,) = engine_checks(engine, frozenset(), (WANTED,), None)
    assert "DOCKER_HOST" in check.next


@pytest.mark.parametrize(
    ("version", "holes"),
    [
        ("1.1.11", ("CVE-2024-21626", *OF_2025)),
        ("1.1.12", OF_2025),
        ("1.2.7", OF_2025),
        ("1.2.8", ()),
        ("1.3.0", OF_2025),
        ("1.3.2", OF_2025),
        ("1.3.3", ()),
        ("1.4.0-rc.2", OF_2025),
        ("1.4.0-rc.3", ()),
        ("1.4.0", ()),
        ("v1.5.0", ()),
        ("2.0.0", ()),
    ],
)
def test_holes_of_runc_are_known_by_branch(version: str, holes: tuple[str, ...]) -> None:
    read = Version.read(version)
    assert read is not None
    assert open_escapes(RUNC, read) == holes
    check = line("docker runtime", runc_version=version)
    assert check.state is (State.FAIL if holes else State.OK)
    assert all(cve in check.found for cve in holes)
    assert check.stands_in_the_way_of(Kind.DOCKER) == bool(holes)


def test_every_hole_names_its_source_and_versions_that_can_be_read() -> None:
    for escape in RUNC:
        assert isinstance(escape, Escape)
        assert escape.source.startswith("https://")
        assert all(Version.read(text) for text in escape.fixed)


def test_a_distribution_adds_fixes_without_a_new_number() -> None:
    debian = "1.1.5+ds1"
    unknown = line("docker runtime", runc_version=debian)
    assert unknown.state is State.WARNING
    assert "CVE-2024-21626" in unknown.found
    told = line("docker runtime", frozenset({"CVE-2024-21626"}), runc_version=debian)
    assert told.state is State.WARNING
    assert "CVE-2024-21626" not in told.found
    every = frozenset(escape.cve for escape in RUNC)
    assert line("docker runtime", every, runc_version=debian).state is State.OK


def test_a_changelog_of_this_host_says_nothing_about_upstreams_build_or_another_machine() -> None:
    every = frozenset(escape.cve for escape in RUNC)
    assert line("docker runtime", every, runc_version="1.1.5").state is State.FAIL
    far = {"runc_version": "1.1.5+ds1", "address": "tcp://elsewhere:2376"}
    assert line("docker runtime", every, **far).state is State.WARNING


def test_another_runtime_than_runc_does_not_have_its_holes() -> None:
    check = line("docker runtime", default_runtime="runsc", runc_version="1.0.0")
    assert check.state is State.NOTE


def test_a_runtime_that_wraps_runc_has_its_holes() -> None:
    for wrapper in ("nvidia", "io.containerd.runc.v2"):
        check = line("docker runtime", default_runtime=wrapper, runc_version="1.1.0")
        assert check.state is State.FAIL


def test_a_runtime_of_unknown_version_is_a_warning() -> None:
    assert line("docker runtime", runc_version="").state is State.WARNING


def test_an_engine_that_cannot_limit_memory_is_not_used() -> None:
    check = line("docker limits", limits_memory=False)
    assert check.state is State.FAIL
    assert "memory" in check.found
    assert check.stands_in_the_way_of(Kind.DOCKER)


def test_an_engine_without_seccomp_is_a_warning() -> None:
    assert line("docker seccomp", security=()).state is State.WARNING


@pytest.mark.parametrize(
    ("security", "words"),
    [((), "root of this host"), (("rootless",), "rootless"), (("userns",), "userns-remap")],
)
def test_who_root_in_a_container_is(security: tuple[str, ...], words: str) -> None:
    assert words in line("docker options", security=security).found


@pytest.mark.parametrize(
    ("labels", "state", "words"),
    [
        (IMAGE.labels, State.OK, "version 1.0"),
        ({**IMAGE.labels, "autograder.version": "0.9"}, State.FAIL, "built for version 0.9"),
        ({**IMAGE.labels, "autograder.source": "xyz"}, State.FAIL, "other sources"),
        ({}, State.FAIL, "version unknown"),
    ],
)
def test_an_image_of_other_sources_has_to_be_built_anew(
    labels: dict[str, str], state: State, words: str
) -> None:
    check = line("image autograder:1.0", images=(replace(IMAGE, labels=labels),))
    assert check.state is state
    assert words in check.found
    assert check.next == ("" if state is State.OK else "autograder image build")


def test_a_missing_image_stands_in_the_way_only_if_gradings_need_it() -> None:
    check = line("image autograder:1.0", images=())
    assert check.state is State.MISSING
    assert check.stands_in_the_way_of(Kind.DOCKER)
    spare = replace(WANTED, needed=False)
    engine = replace(ENGINE, images=())
    check = named(engine_checks(engine, frozenset(), (spare,), None), "image autograder:1.0")
    assert not check.stands_in_the_way_of(Kind.DOCKER)


@pytest.mark.parametrize(
    ("free", "state"), [(50 * GIB, State.OK), (GIB, State.WARNING), (None, State.NOTE)]
)
def test_the_engines_disk_has_room_for_images(free: int | None, state: State) -> None:
    disk = Disk(what="docker", path=Path("/var/lib/docker"), free_bytes=free, writable=False)
    checks = engine_checks(ENGINE, frozenset(), (WANTED,), disk)
    assert named(checks, "disk: docker").state is state

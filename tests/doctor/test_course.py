"""What a course asks of a host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.doctor import wanted_images
from autograder.doctor.check import Check, Kind, State
from autograder.doctor.course_checks import asks_for_cuda, course_checks
from autograder.init import init
from tests.doctor.hosts import CARD, NVIDIA, named


@pytest.fixture
def course(tmp_path: Path) -> Course:
    init(tmp_path / "course", title="A course")
    return load_course(tmp_path / "course")


def database(course: Course, url: str) -> Check:
    return named(course_checks(replace(course, db_url=url), NVIDIA.gpus), "database")


def test_a_new_course_needs_nothing(course: Course) -> None:
    checks = list(course_checks(course, NVIDIA.gpus))
    assert {check.state for check in checks} == {State.OK}
    assert not asks_for_cuda(course)


def test_looking_makes_no_database(course: Course) -> None:
    before = sorted(course.root.rglob("*"))
    assert named(course_checks(course, NVIDIA.gpus), "database").state is State.OK
    assert sorted(course.root.rglob("*")) == before


def test_a_file_that_is_no_database(course: Course) -> None:
    file = course.root / "results.db"
    file.write_bytes(b"not a database at all " * 100)
    check = database(course, f"sqlite:///{file}")
    assert check.state is State.FAIL
    assert "not a database" in check.found
    assert all(check.stands_in_the_way_of(kind) for kind in Kind)


def test_a_database_whose_folder_is_still_to_be_made(course: Course) -> None:
    assert database(course, f"sqlite:///{course.root}/a/b/results.db").state is State.OK


def test_a_server_that_is_not_there_and_its_password_is_not_shown(course: Course) -> None:
    check = database(course, "postgresql://teacher:secret@127.0.0.1:1/results")
    assert check.state is State.FAIL
    assert "127.0.0.1:1/results" in check.found
    assert "secret" not in check.found + check.next


@pytest.fixture
def on_cuda(course: Course) -> Course:
    return replace(course, assignments=(replace(course.assignments[0], device="cuda"),))


def test_a_course_on_cuda_is_content_with_a_good_card(on_cuda: Course) -> None:
    assert asks_for_cuda(on_cuda)
    assert named(course_checks(on_cuda, NVIDIA.gpus), "course gpu").state is State.OK


def test_the_torch_of_this_installation_concerns_the_local_sandbox_only(on_cuda: Course) -> None:
    check = named(course_checks(on_cuda, replace(NVIDIA.gpus, torch_cuda=None)), "course gpu")
    assert check.state is State.FAIL
    assert check.stands_in_the_way_of(Kind.LOCAL)
    assert not check.stands_in_the_way_of(Kind.DOCKER)
    assert check.next


def test_a_card_that_is_not_there_concerns_every_sandbox(on_cuda: Course) -> None:
    wrong = replace(on_cuda, sandbox=replace(on_cuda.sandbox, gpus=(7,)))
    check = named(course_checks(wrong, NVIDIA.gpus), "course gpu")
    assert "no GPU 7" in check.found
    assert all(check.stands_in_the_way_of(kind) for kind in Kind)
    busy = replace(NVIDIA.gpus, cards=(replace(CARD, exclusive=True),))
    assert named(course_checks(on_cuda, busy), "course gpu").state is State.FAIL


def test_the_image_that_a_course_names_is_the_one_that_is_looked_for(course: Course) -> None:
    assert [one.name for one in wanted_images(None, cuda=True)] == [
        one.name for one in wanted_images(course, cuda=True)
    ]
    named_here = replace(course, sandbox=replace(course.sandbox, image="lab/grading:3"))
    (only,) = wanted_images(named_here, cuda=True)
    assert (only.name, only.build) == (
        "lab/grading:3",
        "autograder image build --tag lab/grading:3",
    )

"""Archives that students make on purpose: each costs its own student, nothing leaks outside."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.collect import entries
from autograder.collect.entries import Source
from autograder.collect.refusal import Refused
from autograder.errors import UsageError
from tests.collect.exports import (
    by_student,
    files_below,
    make_course,
    notebook,
    run,
    statuses,
    submitted,
    zipped,
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


def inner_zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def info(name: str, mode: int = 0, **changes: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def with_kim(path: Path, add: Callable[[zipfile.ZipFile], None]) -> Path:
    """What kim handed in, beside what honest Ada did."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/doubling.ipynb", notebook("ada"))
        add(archive)
    return path


HOSTILE: dict[str, tuple[Callable[[zipfile.ZipFile], None], str]] = {
    "up": (lambda z: z.writestr("kim/../../../x.ipynb", b"{}"), "leads out"),
    "absolute": (lambda z: z.writestr("/kim/x.ipynb", b"{}"), "leads out"),
    "drive": (lambda z: z.writestr("C:\\kim\\x.ipynb", b"{}"), "leads out"),
    "up-backwards": (lambda z: z.writestr("kim\\..\\..\\x.ipynb", b"{}"), "leads out"),
    "control": (lambda z: z.writestr("kim/a\x1b[2J.ipynb", b"{}"), "control characters"),
    "symlink": (
        lambda z: z.writestr(info("kim/doubling.ipynb", stat.S_IFLNK | 0o777), "/etc/passwd"),
        "symbolic link",
    ),
    "device": (
        lambda z: z.writestr(info("kim/doubling.ipynb", stat.S_IFCHR | 0o666), b""),
        "no regular file",
    ),
    "bomb": (lambda z: z.writestr("kim/doubling.ipynb", bytes(8 << 20)), "zip bomb"),
    "bomb-inside": (
        lambda z: z.writestr("kim/w.zip", inner_zip({"doubling.ipynb": bytes(8 << 20)})),
        "zip bomb",
    ),
    "too-deep": (
        lambda z: z.writestr(
            "kim/1.zip",
            inner_zip({"2.zip": inner_zip({"3.zip": inner_zip({"doubling.ipynb": b"{}"})})}),
        ),
        "nested deeper",
    ),
    "cut": (
        lambda z: z.writestr("kim/w.zip", inner_zip({"doubling.ipynb": notebook()})[:-40]),
        "broken or cut",
    ),
    "too-many": (
        lambda z: z.writestr("kim/w.zip", b"PK\x01\x02" * 5001 + inner_zip({})),
        "more than 5000 files",
    ),
    "long-name": (lambda z: z.writestr(f"kim/{'a' * 1100}.ipynb", b"{}"), "too long"),
    "tar": (lambda z: z.writestr("kim/work.tar.gz", b"\x1f\x8b"), "of the kind .gz"),
}


@pytest.mark.parametrize(("add", "why"), HOSTILE.values(), ids=HOSTILE.keys())
def test_it_costs_its_own_student(
    course: Path, tmp_path: Path, add: Callable[[zipfile.ZipFile], None], why: str
) -> None:
    source = with_kim(tmp_path / "source.zip", add)
    before = files_below(tmp_path)

    result = run(course, source)

    assert submitted(course) == {"ada": notebook("ada")}
    (row,) = result.open
    assert (row.student, row.status) == ("kim", "refused")
    assert why in row.why
    outside = {
        name: data for name, data in files_below(tmp_path).items() if not name.startswith("course/")
    }
    assert outside == {n: d for n, d in before.items() if not n.startswith("course/")}


def test_what_one_student_makes_large_costs_no_other(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_HAND_IN_BYTES", 50_000)
    large = {f"{n}.ipynb": notebook(str(n) * 9_000) for n in range(9)}
    source = with_kim(
        tmp_path / "s.zip",
        lambda z: [z.writestr(f"kim/{name}", data) for name, data in large.items()] and None,
    )
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("lee/doubling.ipynb", notebook("lee"))
    result = run(course, source)
    assert submitted(course) == {"ada": notebook("ada"), "lee": notebook("lee")}
    assert statuses(result)["kim"] == "ambiguous-attempts"


def test_zips_in_zips_are_read_two_levels_deep(course: Path, tmp_path: Path) -> None:
    deep = inner_zip({"again.zip": inner_zip({"work/doubling.ipynb": notebook("kim")})})
    result = run(course, with_kim(tmp_path / "s.zip", lambda z: z.writestr("kim/1.zip", deep)))
    assert submitted(course) == {"ada": notebook("ada"), "kim": notebook("kim")}
    assert not result.open


def test_an_encrypted_zip_is_refused(course: Path, tmp_path: Path) -> None:
    data = bytearray(inner_zip({"doubling.ipynb": notebook("kim")}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    result = run(course, with_kim(tmp_path / "s.zip", lambda z: z.writestr("kim/1.zip", data)))
    (row,) = result.open
    assert "encrypted" in row.why


def test_damaged_contents_are_refused(course: Path, tmp_path: Path) -> None:
    data = bytearray(inner_zip({"doubling.ipynb": notebook("kim")}))
    data[60:90] = bytes(30)
    result = run(course, with_kim(tmp_path / "s.zip", lambda z: z.writestr("kim/1.zip", data)))
    (row,) = result.open
    assert (row.student, row.status) == ("kim", "refused")
    assert "damaged" in row.why


def test_one_name_twice_in_a_zip_is_two_attempts(course: Path, tmp_path: Path) -> None:
    pairs = [("kim/doubling.ipynb", notebook("one")), ("kim/doubling.ipynb", notebook("two"))]
    with pytest.warns(UserWarning, match="Duplicate name"):
        source = zipped(tmp_path / "s.zip", pairs)
    assert by_student(run(course, source))["kim"].status == "ambiguous-attempts"
    assert submitted(course) == {}


def test_names_that_differ_in_case_only_are_two_files(course: Path, tmp_path: Path) -> None:
    files = {"kim/Doubling.ipynb": notebook("other"), "kim/doubling.ipynb": notebook("named")}
    run(course, zipped(tmp_path / "s.zip", files))
    assert submitted(course) == {"kim": notebook("named")}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all"])
def test_a_source_that_is_no_zip_is_refused_as_a_whole(
    course: Path, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "s.zip").write_bytes(data)
    with pytest.raises(UsageError, match="no zip"):
        run(course, tmp_path / "s.zip")
    assert not (course / "attempts").exists()


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "s.zip", {f"{n}.txt": b"" for n in range(6)})
    with Source(path, entries_left=5) as source, pytest.raises(UsageError, match="more than 5"):
        list(source.entries())
    with Source(path, entries_left=6) as source:
        assert len(list(source.entries())) == 6


def test_what_unfolds_to_too_much_altogether_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "s.zip", {f"{n}.ipynb": bytes(1000) for n in range(6)})
    with Source(path, bytes_left=5500) as source:
        read = [entry.read for entry in source.entries()]
        assert [len(each()) for each in read[:5]] == [1000] * 5
        with pytest.raises(Refused, match="together"):
            read[5]()
        source.next_hand_in()
        assert len(read[5]()) == 1000


def test_links_and_pipes_in_a_folder_are_not_followed(course: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "doubling.ipynb").write_bytes(notebook("another student's"))
    source = tmp_path / "source"
    for student in ("kim", "lee", "ada"):
        (source / student).mkdir(parents=True)
    (source / "kim" / "doubling.ipynb").symlink_to(secret / "doubling.ipynb")
    (source / "lee" / "work").symlink_to(secret)
    os.mkfifo(source / "ada" / "doubling.ipynb")

    result = run(course, source)

    assert {k: v for k, v in statuses(result).items() if v != "nothing"} == {
        "kim": "refused",
        "lee": "refused",
        "ada": "refused",
    }
    assert submitted(course) == {}


# Anything that a zip can carry as a name, and what is most likely to do harm.
PARTS = st.sampled_from(["..", ".", "", "/", "kim", "C:", "~", "\\", "a\x00b", "\u202e", "김"])
NAMES = st.lists(st.one_of(PARTS, st.text(max_size=8)), min_size=1, max_size=5).map("/".join)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_no_name_leads_anywhere(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "any.zip"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            made = zipfile.ZipInfo("x")
            made.filename = made.orig_filename = name.encode("utf-8", "replace").decode() or "x"
            archive.writestr(made, b"{}")
    path.write_bytes(stream.getvalue())
    with Source(path) as source:
        for entry in source.entries():
            assert entry.parts
            assert not [part for part in entry.parts if part in ("..", ".", "") or "/" in part]
            assert entry.refusal or entry.read() == b"{}"
    assert [one.name for one in tmp_path.iterdir()] == ["any.zip"]

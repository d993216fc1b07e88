"""What lies in a folder or a zip, without ever unpacking it.

Names inside are only looked at, never used as paths, so no name can lead anywhere; contents are
read into memory one by one, within limits. What is refused stays in the list with the reason: it
costs the student whom its name belongs to, and nobody else.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.collect.refusal import Refused
from autograder.collect.times import without_zone
from autograder.collect.zip_names import decoded_names
from autograder.errors import UsageError

MAX_ENTRIES = 50_000  # in one archive or folder
MAX_FILE_BYTES = 128 << 20  # one file
MAX_HAND_IN_BYTES = 512 << 20  # all files of one hand-in that are read
MAX_INNER_ENTRIES = 5_000  # in a zip that is handed in
MAX_NAME = 1_024  # characters, folders included
MAX_RATIO = 200  # of a large file to what it was compressed to; notebooks have up to 30
RATIO_FROM_BYTES = 4 << 20  # smaller ones cannot do harm
MAX_DEPTH = 2  # archives in archives

_LEFTOVERS = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".git")
_OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".egg", ".alz")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_DRIVE = re.compile(r"[A-Za-z]:")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error),
    *(RuntimeError, NotImplementedError, ValueError, OverflowError),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file somewhere in a source."""

    parts: tuple[str, ...]  # folders and the file's name, composed (NFC); never a path to open
    modified: datetime | None = None  # without a zone where the archive names none
    refusal: str = ""  # why it is not read; empty if it may be
    read: Callable[[], bytes] = bytes  # raises Refused
    # Of a zip: what is in it. Opened by whoever looks at this one hand-in. Raises Refused
    inside: Callable[[], Iterator[Entry]] | None = None

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def shown(self) -> str:
        return "/".join(self.parts)


@dataclass(slots=True)
class Source:
    """One folder, zip or notebook that was named on the command line; open while it is read."""

    path: Path
    encoding: str | None = None  # of names in zips without the mark for UTF-8; None: recognised
    bytes_left: int = MAX_HAND_IN_BYTES  # of the hand-in that is looked at
    entries_left: int = MAX_ENTRIES
    remarks: list[str] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def entries(self) -> Iterator[Entry]:
        """Every file in it; zips inside it are one each.

        raises  UsageError if the source itself cannot be read
        """
        try:
            if self.path.is_dir():
                yield from self._folder()
            elif self.path.suffix.lower() == ".zip":
                archive = self._open.enter_context(_opened(self.path))
                if len(archive.infolist()) > self.entries_left:
                    raise Refused(f"it has more than {self.entries_left} files")
                yield from self._zip(archive, (), 0)
            else:
                yield from self._file(self.path, (self.path.name,))
        except Refused as refused:
            raise UsageError(
                "source-refused", str(refused), where=str(self.path), next="nothing was collected"
            ) from None
        except OSError as error:
            raise UsageError(
                "source-unreadable",
                f"it cannot be read: {error.strerror or error}",
                where=str(self.path),
                next="name a folder, a zip, or notebooks",
            ) from None

    def next_hand_in(self) -> None:
        """What one student makes large costs nobody else their share."""
        self.bytes_left = MAX_HAND_IN_BYTES

    def _folder(self) -> Iterator[Entry]:
        for place, folders, names in os.walk(self.path):
            folders[:] = sorted(f for f in folders if f not in _LEFTOVERS)
            for folder in [f for f in folders if os.path.islink(os.path.join(place, f))]:
                parts = self._parts_of(Path(place, folder))
                yield Entry(parts=parts, refusal="it is a symbolic link")
            for name in sorted(names):
                if not _is_leftover((name,)):
                    yield from self._file(Path(place, name), self._parts_of(Path(place, name)))

    def _parts_of(self, path: Path) -> tuple[str, ...]:
        return tuple(map(_shown_name, path.relative_to(self.path).parts))

    def _file(self, path: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
        self._count()
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            yield Entry(parts=parts, refusal="it is a symbolic link")
        elif not stat.S_ISREG(found.st_mode):
            yield Entry(parts=parts, refusal="it is no regular file")
        elif found.st_size > MAX_FILE_BYTES:
            yield Entry(parts=parts, refusal=_too_large(found.st_size))
        else:
            modified = datetime.fromtimestamp(found.st_mtime, UTC)
            read = partial(self._read_file, path)
            yield from self._file_or_archive(parts, modified, read, 0)

    def _read_file(self, path: Path) -> bytes:
        self._spend(path.stat().st_size)
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as f:
                return f.read(MAX_FILE_BYTES)
        except OSError as error:
            raise Refused(f"it cannot be read: {error.strerror or error}") from None

    def _file_or_archive(
        self,
        parts: tuple[str, ...],
        modified: datetime | None,
        read: Callable[[], bytes],
        depth: int,
    ) -> Iterator[Entry]:
        """The file, or if it is a zip, what is in it."""
        suffix = os.path.splitext(parts[-1])[1].lower()
        if suffix in _OTHER_ARCHIVES:
            yield Entry(parts=parts, refusal=f"archives of the kind {suffix} are not read")
        elif suffix != ".zip":
            yield Entry(parts=parts, modified=modified, read=read)
        elif depth >= MAX_DEPTH:
            yield Entry(parts=parts, refusal=f"archives nested deeper than {MAX_DEPTH} levels")
        else:
            inside = partial(self._inside, parts, read, depth + 1)
            yield Entry(parts=parts, modified=modified, read=read, inside=inside)

    def _inside(
        self, parts: tuple[str, ...], read: Callable[[], bytes], depth: int
    ) -> Iterator[Entry]:
        data = read()
        if data.count(_DIRECTORY_ENTRY) > MAX_INNER_ENTRIES:
            raise Refused(f"it has more than {MAX_INNER_ENTRIES} files")
        yield from self._zip(_opened(io.BytesIO(data)), parts, depth)

    def _zip(self, archive: zipfile.ZipFile, outer: tuple[str, ...], depth: int) -> Iterator[Entry]:
        infos = archive.infolist()
        names, remark = decoded_names(infos, self.encoding)
        if remark:
            self.remarks.append(remark)
        for info, name in zip(infos, names, strict=True):
            if info.is_dir() or name.endswith(("/", "\\")):
                continue
            inner = _parts_in_zip(name)
            if inner and not _is_leftover(inner):
                yield from self._member(archive, info, name, (*outer, *inner), depth)

    def _member(
        self,
        archive: zipfile.ZipFile,
        info: zipfile.ZipInfo,
        name: str,
        parts: tuple[str, ...],
        depth: int,
    ) -> Iterator[Entry]:
        why = _refusal(info, name)
        if why:
            yield Entry(parts=parts, refusal=why)
            return
        read = partial(self._read_member, archive, info)
        yield from self._file_or_archive(parts, _modified(info), read, depth)

    def _read_member(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        self._spend(info.file_size)
        try:
            with archive.open(info) as stream:
                return stream.read(MAX_FILE_BYTES)  # at most file_size, which is checked
        except _BROKEN:
            raise Refused("it is damaged in the zip") from None

    def _spend(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Refused(f"all files together have more than {MAX_HAND_IN_BYTES >> 20} MiB")

    def _count(self) -> None:
        self.entries_left -= 1
        if self.entries_left < 0:
            raise Refused("it has too many files")


def _opened(file: Path | io.BytesIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise
    except _BROKEN:
        raise Refused("it is no zip, or a broken or cut one") from None


def _refusal(info: zipfile.ZipInfo, name: str) -> str:
    """Why a member of a zip is not read; empty if it may be."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a symbolic link"
    if kind not in (0, stat.S_IFREG):
        return "it is no regular file"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    plain = name.replace("\\", "/")
    if len(name) > MAX_NAME:
        return "its name is too long"
    if plain.startswith("/") or _DRIVE.match(plain) or ".." in plain.split("/"):
        return "its name leads out of the archive"
    if not all(unicodedata.category(letter) != "Cc" for letter in info.orig_filename + name):
        return "its name has control characters"
    if info.file_size > MAX_FILE_BYTES:
        return _too_large(info.file_size)
    if info.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * info.compress_size):
        return "it unfolds to more than a notebook can (a zip bomb?)"
    return ""


def _too_large(size: int) -> str:
    return f"it has {size >> 20} MiB; {MAX_FILE_BYTES >> 20} are allowed"


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """UTC where the zip has the extended field, else the maker's clock on the wall."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == 0x5455 and len(body) >= 5 and body[0] & 1:
            return datetime.fromtimestamp(struct.unpack("<i", body[1:5])[0], UTC)
    try:
        made = info.date_time
        return without_zone(*made) if made > (1980, 1, 1, 0, 0, 0) else None
    except ValueError:
        return None


def _parts_in_zip(name: str) -> tuple[str, ...]:
    parts = name[:MAX_NAME].replace("\\", "/").split("/")
    return tuple(_shown_name(part) for part in parts if part not in ("", ".", ".."))


def _shown_name(name: str) -> str:
    text = os.fsencode(name).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", text)


def _is_leftover(parts: tuple[str, ...]) -> bool:
    return parts[-1].startswith("._") or any(part in _LEFTOVERS for part in parts)

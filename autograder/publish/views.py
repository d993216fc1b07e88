"""The forms in which a line may hide in a file: escaped, encoded, packed, or in another file.

What cannot be seen this way: text in pictures, in typeset PDF, and behind a password, which is
said.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import html
import io
import json
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import unquote

MOST_BYTES = 256 << 20  # of one file, unpacked
_MOST_DEPTH = 3  # of forms within forms
_MOST_STREAMS = 300  # compressed parts of one file, as PDF and PNG have them
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{4}\s*){5,}[A-Za-z0-9+/_-]{0,3}={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){14,}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_SINGLE: tuple[tuple[bytes, str, Callable[[BinaryIO], Any]], ...] = (
    (b"\x1f\x8b", "gzip", gzip.open),
    (b"BZh", "bzip2", bz2.open),
    (b"\xfd7zXZ\0", "xz", lzma.open),
)
_ARCHIVES = (b"PK\x03\x04", *(each[0] for each in _SINGLE))
_RUNS = re.compile(  # readable text of that length in UTF-8
    rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}){14,}"
)
_WIDE_RUNS = re.compile(rb"(?:[\t\n\r\x20-\x7e]\x00){14,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


class CannotBeSearched(Exception):
    """With the reason, in words."""


@dataclass(frozen=True, slots=True)
class View:
    text: str
    place: str  # of the text in the file, such as "cells[3].metadata.note"; may be empty
    line: int = 0  # all of it stands in this line of the file; 0: it has the file's own lines
    document: str = ""  # of JSON, in which each line of the text is to be found

    def line_in_file(self, line: int) -> int:
        """Of the n-th line of the text."""
        if self.document:
            return _line_of(self.text.split("\n")[line - 1], self.document)
        return self.line or line


def views(data: bytes, *, depth: int = 0) -> Iterator[View]:
    """Every reading of a file's bytes. Raises CannotBeSearched for what has no reading."""
    if len(data) > MOST_BYTES:
        raise CannotBeSearched(f"it has more than {MOST_BYTES >> 20} MiB")
    text = _text(data)
    if text is None:
        text = "\n".join(map(bytes.decode, _RUNS.findall(data)))
        yield View(text, "text among other bytes", 1)
        wide = "\n".join(run[::2].decode() for run in _WIDE_RUNS.findall(data))
        yield View(wide, "text in UTF-16", 1)
    else:
        yield from _strings_of_json(text, depth)  # first: it can name the place
        yield View(text, "")
        yield from _unescaped(text)
    if depth < _MOST_DEPTH:
        yield from _encoded(text, depth)
        yield from _packed(data, depth)
    elif data.startswith(_ARCHIVES):
        raise CannotBeSearched("there are archives in archives in archives")


def _text(data: bytes) -> str | None:
    """None for what is not text as a whole."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return None if b"\0" in data else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _unescaped(text: str) -> Iterator[View]:
    """The same lines without the escapes of HTML, of addresses, and of string literals."""
    if "&" in text:
        yield View(html.unescape(text), "unescaped")
    if "%" in text:
        yield View(unquote(text), "unescaped")
    if "\\" in text:
        yield View(_ESCAPE.sub(_character, text), "unescaped")


def _character(match: re.Match[str]) -> str:
    number = match[1] or match[2]
    if number:
        return chr(int(number, 16))
    return " " if match[3] in "nrt" else match[3]  # a line stays one line


def _strings_of_json(text: str, depth: int) -> Iterator[View]:
    if text.lstrip()[:1] not in ("{", "["):
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    for place, string in _strings(document):
        yield View(string, place, document=text)
        if depth < _MOST_DEPTH and len(string) > 20:
            for view in _encoded(string, depth):
                yield View(view.text, f"{place}, {view.place}", _line_of(string, text))


def _strings(document: Any) -> Iterator[tuple[str, str]]:
    """(place, string): keys are strings too; a list of strings is also one text."""
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield f"{place}.{key}".lstrip("."), str(key)
                stack.append((f"{place}.{key}".lstrip("."), inner))
        elif isinstance(value, list):
            if value and all(isinstance(item, str) for item in value):
                yield place, "".join(value)
            stack += [(f"{place}[{i}]", item) for i, item in enumerate(value)]


def _line_of(string: str, text: str) -> int:
    """Where a string of a JSON document stands in its text; its first line if that is not clear."""
    first = string.split("\n", 1)[0]
    for form in (json.dumps(first)[1:-1], json.dumps(first, ensure_ascii=False)[1:-1]):
        at = text.find(form) if form else -1
        if at >= 0:
            return text.count("\n", 0, at) + 1
    return 1


def _encoded(text: str, depth: int) -> Iterator[View]:
    for kind, pattern, decode in (("base64", _BASE64, _from_base64), ("hex", _HEX, _from_hex)):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            for data in decode(match[0]):
                for view in views(data, depth=depth + 1):
                    yield View(view.text, f"{view.place} in {kind}".strip(), line)


def _from_base64(run: str) -> Iterator[bytes]:
    """From each of the four places where it may begin; what is neither text nor packed is left."""
    plain = "".join(run.split()).replace("-", "+").replace("_", "/").rstrip("=")
    for offset in range(4):
        part = plain[offset:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        with_end = part + "=" * (-len(part) % 4)
        try:
            data = base64.b64decode(with_end, validate=True)
        except (binascii.Error, ValueError):
            continue
        if _worth_reading(data):
            yield data


def _from_hex(run: str) -> Iterator[bytes]:
    data = bytes.fromhex(run)
    if _worth_reading(data):
        yield data


def _worth_reading(data: bytes) -> bool:
    if data.startswith(_ARCHIVES) or _ZLIB.match(data):
        return True
    start = data[:400]
    plain = sum(32 <= byte < 127 or byte in b"\n\r\t" or byte >= 0xC3 for byte in start)
    return plain >= 0.85 * len(start)


def _packed(data: bytes, depth: int) -> Iterator[View]:
    for name, member in _members(data):
        for view in views(member, depth=depth + 1):
            yield View(view.text, f"{name}: {view.place}".rstrip(": "), 1)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, content) of everything that is packed into the bytes."""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _of_zip(data)
    elif data[257:262] == b"ustar":
        yield from _of_tar(data)
    elif single := next((each for each in _SINGLE if data.startswith(each[0])), None):
        with single[2](io.BytesIO(data)) as file:
            yield single[1], _unpack(file.read)
    elif b"\0" in data[:4096] or data[:5] == b"%PDF-":
        yield from _streams(data)


def _unpack(read: Callable[[int], bytes]) -> bytes:
    try:
        data = read(MOST_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, RuntimeError) as error:
        raise CannotBeSearched(f"it cannot be unpacked: {error}") from None
    if len(data) > MOST_BYTES:
        raise CannotBeSearched(f"it has more than {MOST_BYTES >> 20} MiB when it is unpacked")
    return data


def _of_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield info.filename, info.filename.encode() + b"\n" + info.comment
                if not info.is_dir():
                    with archive.open(info) as member:
                        yield info.filename, _unpack(member.read)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise CannotBeSearched(f"it cannot be unpacked: {error}") from None


def _of_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for info in archive:
                file = archive.extractfile(info) if info.isfile() else None
                yield info.name, _unpack(file.read) if file else info.linkname.encode()
    except (tarfile.TarError, OSError) as error:
        raise CannotBeSearched(f"it cannot be unpacked: {error}") from None


def _streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Compressed parts in the middle of a binary file; what only looks like one is left."""
    whole = memoryview(data)
    for number, match in enumerate(_ZLIB.finditer(data)):
        if number == _MOST_STREAMS:
            return
        try:
            part = zlib.decompressobj().decompress(whole[match.start() :], 4 << 20)
        except zlib.error:
            continue
        if len(part) > 40:
            yield f"a compressed part at byte {match.start()}", part

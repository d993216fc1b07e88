"""Names in zips whose makers did not say how they are encoded.

A zip marks names in UTF-8. Without the mark they are in whatever the maker's system used: UTF-8
on a Mac, cp949 (the superset of euc-kr) on a Korean Windows, cp437 by the letter of the format.
All names of one archive are judged together: they were made on one system.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from zipfile import ZipInfo

from autograder.collect.refusal import Refused

_MARKED_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field: the name once more, in UTF-8


def decoded_names(infos: Sequence[ZipInfo], encoding: str | None) -> tuple[list[str], str]:
    """(the members' names, a remark if their encoding was recognised rather than known).

    encoding  of names without the mark; None: recognised
    raises    Refused if the names are not in the encoding that was given
    """
    raw = [_raw(info) for info in infos]
    unknown = [name for name in raw if name is not None and not name.isascii()]
    if not unknown:
        return [info.orig_filename for info in infos], ""
    codec = encoding or _recognised(unknown)
    try:
        names = [
            _unicode_path(info, name) or (name.decode(codec) if name else info.orig_filename)
            for info, name in zip(infos, raw, strict=True)
        ]
    except (UnicodeDecodeError, LookupError):
        raise Refused(f"the names in it are not in {codec}: --zip-names sets another") from None
    certain = encoding is not None or codec == "utf-8"
    remark = f"names in the zip do not say their encoding and were read as {codec}"
    return names, "" if certain else remark


def _raw(info: ZipInfo) -> bytes | None:
    """The name's bytes; None if they are marked as UTF-8."""
    if info.flag_bits & _MARKED_UTF8:
        return None
    try:
        return info.orig_filename.encode("cp437")  # as zipfile has decoded it: every byte returns
    except UnicodeEncodeError:
        return None


def _recognised(names: Sequence[bytes]) -> str:
    if _all_decode(names, "utf-8"):
        return "utf-8"
    text = _all_decode(names, "cp949")
    if text and all(letter.isascii() or _is_korean(letter) for letter in text):
        return "cp949"
    return "cp437"


def _all_decode(names: Sequence[bytes], codec: str) -> str:
    try:
        return "".join(name.decode(codec) for name in names)
    except UnicodeDecodeError:
        return ""


def _is_korean(letter: str) -> bool:
    """Syllables, single letters, and the signs and full-width forms beside them."""
    return (
        "\uac00" <= letter <= "\ud7a3"
        or "\u3130" <= letter <= "\u318f"
        or "\u3000" <= letter <= "\u303f"
        or "\uff00" <= letter <= "\uffef"
    )


def _unicode_path(info: ZipInfo, raw: bytes | None) -> str:
    extra = info.extra
    while raw is not None and len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        whole = kind == _UNICODE_PATH and len(body) > 5 and body[0] == 1
        if whole and struct.unpack("<I", body[1:5])[0] == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
    return ""

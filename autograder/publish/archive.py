"""The published files as one zip, the same bytes for the same files."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.atomic import write_whole
from autograder.errors import UsageError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name


def zip_of(files: Mapping[str, bytes], top: str) -> bytes:
    """top  the folder that they unpack into"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(f"{top}/{name}", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # as written on a Unix, whatever this is
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, compresslevel=9)
    return buffer.getvalue()


def refuse_unless_writable(path: Path, folder: Path) -> None:
    """raises  UsageError for a place where the zip cannot or should not lie"""
    place = path.absolute()
    if folder.resolve() in place.resolve().parents:
        what = "the zip would lie in the folder that it is made of"
    elif place.is_dir() or not os.access(place.parent, os.W_OK):
        what = "the zip cannot be written there"
    else:
        return
    raise UsageError(
        "no-zip", what, where=str(path), next="name a file in another folder: --zip course.zip"
    )


def write_zip(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise UsageError(
            "no-zip", f"the zip could not be written: {error.strerror}", where=str(path)
        ) from None

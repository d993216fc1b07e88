"""A file whole, or as it was: written beside its place, and put there in one step."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Put the content there, in UTF-8, as it is; folders above are made.

    private  for the owner's eyes only
    raises   OSError; what was there is there still
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{os.getpid()}-{secrets.token_hex(4)}.part")  # long names are allowed
    try:
        beside.touch(mode=0o600 if private else 0o666)
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)

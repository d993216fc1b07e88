"""Known ways out of a container, and the versions that closed them.

All of these need a crafted image, a crafted mount or a container started beside a hostile one.
The platform chooses image and mounts itself, so none is known to work for a student's code by
itself; but they are holes in the outer wall, and updates exist.

Not listed: CVE-2026-41579 (runc, low severity by its own advisory) and holes whose fixed
version we have not seen in a source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Number = tuple[int, int, int, int]  # major, minor, patch, release candidate

_FINAL = 1 << 30  # a release comes after all of its candidates
_UPSTREAM = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-~]?rc\.?(\d+))?")


@dataclass(frozen=True, slots=True)
class Version:
    """A version, read leniently."""

    text: str
    number: Number
    rest: str  # what a distribution appended: "+ds1-1", "-0ubuntu1~22.04.1"

    @classmethod
    def read(cls, text: str) -> Version | None:
        match = _UPSTREAM.match(text.strip())
        if match is None:
            return None
        major, minor, patch, candidate = match.groups()
        number = (int(major), int(minor), int(patch or 0), int(candidate or _FINAL))
        return cls(text.strip(), number, text.strip()[match.end() :])


@dataclass(frozen=True, slots=True)
class Escape:
    cve: str
    fixed: tuple[str, ...]  # the first sound version of each branch that got a fix, ascending
    source: str

    def open_in(self, version: Version) -> bool:
        fixes = [fix.number for text in self.fixed if (fix := Version.read(text))]
        own_branch = [fix for fix in fixes if fix[:2] == version.number[:2]]
        return version.number < (own_branch or fixes)[0]


RUNC = (
    Escape(
        "CVE-2024-21626",
        ("1.1.12",),
        "https://github.com/opencontainers/runc/security/advisories/GHSA-xr7r-f8xq-vfvv",
    ),
    Escape(
        "CVE-2025-31133",
        ("1.2.8", "1.3.3", "1.4.0-rc.3"),
        "https://github.com/opencontainers/runc/security/advisories/GHSA-9493-h29p-rfm2",
    ),
    Escape(
        "CVE-2025-52565",
        ("1.2.8", "1.3.3", "1.4.0-rc.3"),
        "https://github.com/opencontainers/runc/security/advisories/GHSA-qw9x-cqr3-wc7r",
    ),
    Escape(
        "CVE-2025-52881",
        ("1.2.8", "1.3.3", "1.4.0-rc.3"),
        "https://github.com/opencontainers/runc/security/advisories/GHSA-cgrx-mc8f-2prm",
    ),
)

# The CVE records say "up to and including" 1.16.1, 1.17.3 and 1.17.7.
NVIDIA_TOOLKIT = (
    Escape(
        "CVE-2024-0132",
        ("1.16.2",),
        "https://nvidia.custhelp.com/app/answers/detail/a_id/5582",
    ),
    Escape(
        "CVE-2025-23359",
        ("1.17.4",),
        "https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/security.html",
    ),
    Escape(
        "CVE-2025-23266",
        ("1.17.8",),
        "https://nvidia.custhelp.com/app/answers/detail/a_id/5659",
    ),
)


def open_escapes(escapes: tuple[Escape, ...], version: Version) -> tuple[str, ...]:
    """The CVEs that upstream's version of that number has."""
    return tuple(escape.cve for escape in escapes if escape.open_in(version))

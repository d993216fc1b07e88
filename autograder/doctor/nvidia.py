"""NVIDIA's driver, cards and container toolkit, as they are found; CUDA is never started."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.gpus import GpuFacts, read_facts

# The first that is installed and tells its version tells that of the whole toolkit.
_TOOLKIT = ("nvidia-ctk", "nvidia-container-cli", "nvidia-container-runtime")
_NONE = GpuFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nvidia:
    module: str = ""  # the kernel module's version, "550.54.15"; empty: none is loaded
    gpus: GpuFacts = _NONE
    toolkit: str = ""  # "1.17.8"; empty: not installed, or it does not say
    toolkit_program: str = ""  # where it is installed


def read_nvidia() -> Nvidia:
    program, toolkit = _toolkit()
    return Nvidia(
        module=_module(Path("/proc/driver/nvidia/version")),
        gpus=read_facts(),
        toolkit=toolkit,
        toolkit_program=program,
    )


def _module(path: Path) -> str:
    """ "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug …" → 535.104.05"""
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return ""
    match = re.search(r"\b(\d{3}\.\d+(?:\.\d+)?)\b", text)
    return match[1] if match else "of unknown version"


def _toolkit() -> tuple[str, str]:
    """(where the first of its programs is, its version or "" if none tells)"""
    programs = [path for name in _TOOLKIT if (path := shutil.which(name))]
    for path in programs:
        with suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run(
                [path, "--version"], capture_output=True, text=True, timeout=2, check=False
            )
            match = re.search(r"version:?\s+(\d+\.\d+\.\d+\S*)", said.stdout)
            if match:
                return path, match[1]
    return (programs[0] if programs else ""), ""

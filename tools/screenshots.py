"""Takes the pictures of the documentation anew: docs/images/*.png.

    .venv/bin/python tools/screenshots.py

They are what the test of JupyterLab sees on its way (tests/browser), so that they show what is.
Of each, the 256 most frequent colours are kept: nobody sees it on text, and it takes a third of the
room. Look at each of them before you commit them.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.browser import chromium, pictures  # noqa: E402

IMAGES = ROOT / "docs" / "images"
COLOURS = 256
# A browser knows how to read a picture.
READ = """async (png) => {
    const picture = new Image();
    picture.src = "data:image/png;base64," + png;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const data = context.getImageData(0, 0, picture.width, picture.height).data;
    let bytes = "";
    for (let at = 0; at < data.length; at += 8192)
        bytes += String.fromCharCode(...data.subarray(at, at + 8192));
    return [picture.height, picture.width, btoa(bytes)];
}"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        wanted = {pictures.WANTED: folder, "AUTOGRADER_TESTS_NEED": "browser"}
        order = [sys.executable, "-m", "pytest", "-q", "tests/browser"]
        done = subprocess.run(order, cwd=ROOT, env=os.environ | wanted, check=False)
        if done.returncode:
            return done.returncode
        with chromium.started(Path(folder)) as browser:
            page = browser.new_page()
            for taken in sorted(Path(folder).glob("*.png")):
                small = write(read(page, taken.read_bytes()))
                (IMAGES / taken.name).write_bytes(small)
                print(f"docs/images/{taken.name}: {len(small) / 1000:.0f} kB")
    return 0


def read(page: Page, png: bytes) -> NDArray[np.uint8]:
    """Its pixels: (height, width, 3)."""
    height, width, data = page.evaluate(READ, b64encode(png).decode())
    return np.frombuffer(b64decode(data), np.uint8).reshape(height, width, 4)[..., :3]


def write(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG file with a palette: each colour is drawn as the nearest one that is kept."""
    height, width, _ = pixels.shape
    colours, index, count = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    kept = colours[np.argsort(-count)[:COLOURS]]
    distance = ((colours[:, None].astype(int) - kept[None]) ** 2).sum(-1)
    drawn = distance.argmin(1).astype(np.uint8)[index].reshape(height, width)
    lines = np.hstack([np.zeros((height, 1), np.uint8), drawn])  # each begins with its filter: none
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = chunk(b"PLTE", kept.tobytes()) + chunk(b"IDAT", zlib.compress(lines.tobytes(), 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """Source: PNG specification, section 5.3."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


if __name__ == "__main__":
    sys.exit(main())

"""`shell_gzip_kb`: what a browser loads before the shell runs, compressed; the player comes later."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, figure

DIST = Path(__file__).parents[1] / "client" / "dist"
LIMIT_KB = 120
_LINKED = re.compile(r'(?:src|href)="/(assets/[^"]+)"')


def figures() -> Iterator[Figure]:
    """One line; the peer is the limit that the project sets itself."""
    page = (DIST / "index.html").read_text()
    linked = _LINKED.findall(page)
    size = sum(
        len(gzip.compress(content, 9))
        for content in (page.encode(), *((DIST / name).read_bytes() for name in linked))
    )
    yield figure("shell_gzip_kb", size / 1000, "kB", peer="limit", peer_value=LIMIT_KB, files=len(linked) + 1)

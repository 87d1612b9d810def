"""`shell_gzip_kb`: what a browser loads before the shell runs, compressed; the player comes later."""

import gzip
import re
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from paths import CLIENT_BUILD

LIMIT_KB = 120
_LINKED = re.compile(r'(?:src|href)="/(assets/[^"]+)"')


def figures() -> Iterator[Figure]:
    """One line; the peer is the limit that the project sets itself."""
    page = (CLIENT_BUILD / "index.html").read_text()
    linked = _LINKED.findall(page)
    size = sum(
        len(gzip.compress(content, 9))
        for content in (page.encode(), *((CLIENT_BUILD / name).read_bytes() for name in linked))
    )
    yield figure("shell_gzip_kb", size / 1000, "kB", peer="limit", peer_value=LIMIT_KB, files=len(linked) + 1)

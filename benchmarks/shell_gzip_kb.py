"""`shell_gzip_kb`: compressed size of what a browser loads before the shell runs, without the player."""

import gzip
import re
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from paths import CLIENT_BUILD

LIMIT_KB = 120
_LINKED = re.compile(r'(?:src|href)="/(assets/[^"]+)"')


def figures() -> Iterator[Figure]:
    """Yield one line; the peer is the project's limit."""
    page = (CLIENT_BUILD / "index.html").read_text()
    linked = _LINKED.findall(page)
    size = sum(
        len(gzip.compress(content, 9))
        for content in (page.encode(), *((CLIENT_BUILD / name).read_bytes() for name in linked))
    )
    yield figure("shell_gzip_kb", size / 1000, "kB", peer="limit", peer_value=LIMIT_KB, files=len(linked) + 1)

"""Read feed files, plain or gzipped; errors say what was expected."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from local.play.feeds.errors import FeedError

_GZIP_MAGIC = b"\x1f\x8b"


def read_bytes(path: Path, expected: str) -> bytes:
    """Return the content of a file, decompressed if it is gzipped; raises FeedError."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content
    except OSError as error:
        raise FeedError(path, expected, error.strerror or str(error)) from error
    except (EOFError, zlib.error) as error:
        raise FeedError(path, expected, f"a damaged gzip file ({error})") from error


def read_json(path: Path, expected: str) -> Any:
    """Return the JSON value of a file; raises FeedError."""
    content = read_bytes(path, expected)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FeedError(path, expected, f"invalid JSON ({error})") from error

"""Reading feed files: plain or compressed, with an error that says what was expected."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from local.play.feeds.errors import FeedError

_GZIP_MAGIC = b"\x1f\x8b"


def read_bytes(path: Path, expected: str) -> bytes:
    """The content of a file, decompressed if it is compressed."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content
    except OSError as error:
        raise FeedError(path, expected, error.strerror or str(error)) from error
    except (EOFError, zlib.error) as error:
        raise FeedError(path, expected, f"a damaged gzip file ({error})") from error


def read_json(path: Path, expected: str) -> Any:
    """The JSON value that a file holds."""
    content = read_bytes(path, expected)
    try:
        return json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FeedError(path, expected, f"no JSON ({error})") from error

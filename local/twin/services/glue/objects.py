"""Copying objects between S3 and local folders."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


def split_location(location: str) -> tuple[str, str]:
    """Return the bucket and the key of an `s3://` location."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key


def keys(
    s3: Any, bucket: str, prefix: str, since: datetime | None = None, until: datetime | None = None
) -> Iterator[str]:
    """Yield the keys under a prefix that were written since an instant and before another."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            written = found["LastModified"]
            if (since is None or written >= since) and (until is None or written < until):
                yield found["Key"]


def download(
    s3: Any, location: str, folder: Path, since: datetime | None = None, until: datetime | None = None
) -> None:
    """Download the objects under a prefix to a folder, decompressing those in gzip."""
    folder.mkdir(parents=True, exist_ok=True)
    bucket, prefix = split_location(location)
    for at, key in enumerate(keys(s3, bucket, prefix, since, until)):
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        kind = ".parquet" if key.endswith(".parquet") else ".jsonl"
        (folder / f"{at:08}{kind}").write_bytes(decompress(content))


def decompress(content: bytes) -> bytes:
    """Return the content without gzip; of a truncated file, what can be decompressed."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, OSError):
        # wbits 31 reads one gzip member, and keeps what it decoded before the end.
        return zlib.decompressobj(wbits=31).decompress(content)


def upload(s3: Any, folder: Path, location: str) -> None:
    """Replace the objects under a prefix with the files of a folder."""
    bucket, prefix = split_location(location)
    for key in list(keys(s3, bucket, prefix)):
        s3.delete_object(Bucket=bucket, Key=key)
    for path in sorted(folder.iterdir()):
        s3.put_object(Bucket=bucket, Key=f"{prefix.rstrip('/')}/{path.name}", Body=path.read_bytes())

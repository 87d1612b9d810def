"""Objects of S3 as files, and back."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


def split_location(location: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` location."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key


def keys(
    s3: Any, bucket: str, prefix: str, since: datetime | None = None, until: datetime | None = None
) -> Iterator[str]:
    """Every key under a prefix, or those alone that were written since an instant and before another one."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            written = found["LastModified"]
            if (since is None or written >= since) and (until is None or written < until):
                yield found["Key"]


def download(
    s3: Any, location: str, folder: Path, since: datetime | None = None, until: datetime | None = None
) -> None:
    """Every object under a prefix, unpacked if it is gzipped, into files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    bucket, prefix = split_location(location)
    for at, key in enumerate(keys(s3, bucket, prefix, since, until)):
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        kind = ".parquet" if key.endswith(".parquet") else ".jsonl"
        (folder / f"{at:08}{kind}").write_bytes(unpack(content))


def unpack(content: bytes) -> bytes:
    """The content as it was before gzip; as far as it goes if the file was cut off."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, OSError):
        # wbits 31: one gzip member; what was decoded before the cut is kept.
        return zlib.decompressobj(wbits=31).decompress(content)


def upload(s3: Any, folder: Path, location: str) -> None:
    """The files of a folder in place of what was under the prefix."""
    bucket, prefix = split_location(location)
    for key in list(keys(s3, bucket, prefix)):
        s3.delete_object(Bucket=bucket, Key=key)
    for path in sorted(folder.iterdir()):
        s3.put_object(Bucket=bucket, Key=f"{prefix.rstrip('/')}/{path.name}", Body=path.read_bytes())

"""Find, export or erase what the objects of S3 hold about one viewer, with all their versions.

An object is replaced by one without the viewer's records: in one request, so that a reader sees the old
or the new object and never a part, and only if nobody has replaced it meanwhile. The old version is deleted.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.viewer_mention import ViewerMention
from domain.viewer_request import FOUND_FOLDER, OBJECTS_FILE, REQUEST_FILE, ViewerRequest
from glue_jobs.viewer_files import Split, split_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named prefix of a bucket."""

    name: str
    bucket: str
    prefix: str
    versioned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an object; `is_latest` is the one that readers see."""

    place: Place
    key: str
    id: str
    etag: str
    is_latest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found in one version."""

    place: str
    records: int = 0
    unreadable: str | None = None
    """The key of a version that cannot be read; it is left, and expires with its bucket's rule."""


def split_url(url: str) -> tuple[str, str]:
    """Return bucket and key of an `s3://` URL."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return bucket, key


def parse_places(s3: Any, argument: str) -> list[Place]:
    """Return the places of an argument such as `clickstream=s3://raw/interactions/ ...`."""
    places = []
    for entry in argument.split():
        name, _, url = entry.partition("=")
        bucket, prefix = split_url(url)
        status = s3.get_bucket_versioning(Bucket=bucket).get("Status")
        places.append(Place(name=name, bucket=bucket, prefix=prefix, versioned=status is not None))
    return places


def read_request(s3: Any, folder: str) -> ViewerRequest:
    """Return the request in a folder of the privacy bucket."""
    bucket, prefix = split_url(folder)
    content = s3.get_object(Bucket=bucket, Key=f"{prefix}{REQUEST_FILE}")["Body"].read()
    return ViewerRequest.from_dict(json.loads(content))


def versions(s3: Any, places: Iterable[Place], *, old: bool) -> Iterator[Version]:
    """Yield the versions of every object that has content; the old ones too, if `old`."""
    for place in places:
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=place.bucket, Prefix=place.prefix)
        for page in pages:
            for found in page.get("Versions", []):
                if found["Size"] and (old or found["IsLatest"]):
                    yield Version(
                        place=place,
                        key=found["Key"],
                        id=found["VersionId"],
                        etag=found["ETag"],
                        is_latest=found["IsLatest"],
                    )


def serve_version(s3: Any, version: Version, request: ViewerRequest, folder: str) -> Outcome:
    """Export or erase the viewer's records in one version."""
    with tempfile.TemporaryDirectory(prefix="viewer-") as place:
        source, target = Path(place) / "source", Path(place) / "target"
        _download(s3, version, source)
        try:
            split = split_file(version.key, source, target, ViewerMention(request.viewer_id))
        except (pa.ArrowException, OSError, EOFError, ValueError):
            return Outcome(place=version.place.name, unreadable=version.key)
        if split.found and request.erases:
            _erase(s3, version, split, target)
        elif split.found:
            _export(s3, version, split, folder)
    return Outcome(place=version.place.name, records=len(split.found))


def write_result(s3: Any, folder: str, places: Sequence[Place], outcomes: Iterable[Outcome]) -> None:
    """Write how many records were found in how many objects, by place."""
    result: dict[str, dict[str, Any]] = {
        place.name: {"records": 0, "objects": 0, "unreadable": []} for place in places
    }
    for outcome in outcomes:
        counts = result[outcome.place]
        counts["records"] += outcome.records
        counts["objects"] += outcome.records > 0
        if outcome.unreadable:
            counts["unreadable"].append(outcome.unreadable)
    bucket, prefix = split_url(folder)
    s3.put_object(Bucket=bucket, Key=f"{prefix}{OBJECTS_FILE}", Body=json.dumps(result).encode())


def _download(s3: Any, version: Version, path: Path) -> None:
    chosen = {"VersionId": version.id} if version.place.versioned else {}
    body = s3.get_object(Bucket=version.place.bucket, Key=version.key, **chosen)["Body"]
    with path.open("wb") as file:
        while chunk := body.read(8 * 1024 * 1024):
            file.write(chunk)


def _erase(s3: Any, version: Version, split: Split, target: Path) -> None:
    where = {"Bucket": version.place.bucket, "Key": version.key}
    if version.is_latest and split.kept:
        with target.open("rb") as file:
            s3.put_object(**where, Body=file, IfMatch=version.etag)
    elif version.is_latest:
        # Without a version id: in a versioned bucket an older version would appear again otherwise.
        s3.delete_object(**where)
    if version.place.versioned:
        s3.delete_object(**where, VersionId=version.id)


def _export(s3: Any, version: Version, split: Split, folder: str) -> None:
    bucket, prefix = split_url(folder)
    lines = [
        json.dumps({"store": version.place.name, "record": record}, default=str) for record in split.found
    ]
    key = f"{prefix}{FOUND_FOLDER}/{version.place.name}/{version.key.replace('/', '_')}.jsonl"
    s3.put_object(Bucket=bucket, Key=key, Body=("\n".join(lines) + "\n").encode())

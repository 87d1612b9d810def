"""The privacy bucket: the files of requests, and the tombstones."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from domain.tombstone import ERASED, Tombstone
from domain.viewer_request import REQUEST_FILE, REQUESTS

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class PrivacyBucket:
    """Request folders `requests/<run>/` and tombstones `erased/<hash>.json` in one bucket."""

    def __init__(self, client: "S3Client", bucket_name: str) -> None:
        self._client = client
        self._bucket_name = bucket_name

    def write(self, run: str, name: str, text: str) -> None:
        """Write a file of a request."""
        self._client.put_object(Bucket=self._bucket_name, Key=_key(run, name), Body=text.encode())

    def read(self, run: str, name: str) -> str:
        """Return the text of a file of a request."""
        answer = self._client.get_object(Bucket=self._bucket_name, Key=_key(run, name))
        return answer["Body"].read().decode()

    def remove(self, run: str, name: str) -> None:
        """Delete a file of a request; idempotent."""
        self._client.delete_object(Bucket=self._bucket_name, Key=_key(run, name))

    def other_requests(self, run: str) -> Iterator[tuple[str, str]]:
        """Yield the other runs that have a file with their request, and the text of that file."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket_name, Prefix=f"{REQUESTS}/", Delimiter="/"
        )
        for page in pages:
            for folder in page.get("CommonPrefixes", []):
                other = folder["Prefix"].split("/")[1]
                if other != run:
                    with suppress(self._client.exceptions.NoSuchKey):
                        yield other, self.read(other, REQUEST_FILE)

    def remove_all(self, run: str) -> int:
        """Delete every file of a request, that with the request last; return how many they were."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket_name, Prefix=_key(run, "")
        )
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        for key in sorted(keys, key=lambda key: key == _key(run, REQUEST_FILE)):
            self._client.delete_object(Bucket=self._bucket_name, Key=key)
        return len(keys)

    def location(self, run: str) -> str:
        """Return the address of a request's folder."""
        return f"s3://{self._bucket_name}/{_key(run, '')}"

    def put_tombstone(self, tombstone: Tombstone) -> None:
        """Write a tombstone; a later one of the same viewer replaces it."""
        self._client.put_object(
            Bucket=self._bucket_name, Key=f"{ERASED}/{tombstone.key}", Body=tombstone.to_json().encode()
        )


def _key(run: str, name: str) -> str:
    return f"{REQUESTS}/{run}/{name}"

"""Files in S3, alone or a folder of parts, as distributed jobs write them."""

from collections.abc import Iterator
from typing import Any


class S3Files:
    """Texts in one bucket."""

    def __init__(self, client: Any, bucket_name: str) -> None:
        self._client = client
        self._bucket_name = bucket_name

    def text(self, key: str) -> str:
        """One file."""
        content: bytes = self._client.get_object(Bucket=self._bucket_name, Key=key)["Body"].read()
        return content.decode("utf-8-sig")

    def parts(self, folder: str, suffix: str) -> Iterator[str]:
        """Every file of a folder with this suffix, in the order of the names."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket_name, Prefix=folder
        )
        for page in pages:
            for entry in page.get("Contents", []):
                if entry["Key"].endswith(suffix):
                    yield self.text(entry["Key"])

"""Text files in S3, single or as the parts that a distributed job writes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.errors import InvalidFieldError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class S3Files:
    """Text files of one bucket."""

    def __init__(self, client: "S3Client", bucket_name: str) -> None:
        self._client = client
        self._bucket_name = bucket_name

    def text(self, key: str) -> str:
        """Return the text of one file; raises InvalidFieldError if it is not UTF-8."""
        content = self._client.get_object(Bucket=self._bucket_name, Key=key)["Body"].read()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            expected = f"text in UTF-8 ({error.reason} at byte {error.start})"
            raise InvalidFieldError(key, expected, content[error.start : error.start + 20]) from None

    def parts(self, folder: str, suffix: str) -> Iterator[str]:
        """Return the texts of all files with this suffix in a folder, in order of their keys."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket_name, Prefix=folder
        )
        for page in pages:
            for entry in page.get("Contents", []):
                if entry["Key"].endswith(suffix):
                    yield self.text(entry["Key"])

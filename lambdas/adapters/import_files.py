"""The files that imports read and write, in S3."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from domain.raw_file import RawFile

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class S3ImportFiles:
    """The objects below a prefix.

    S3 gives an object that was uploaded in parts the time at which its upload began:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    """

    def __init__(self, client: "S3Client", bucket_name: str, prefix: str) -> None:
        self._client = client
        self._bucket_name = bucket_name
        self._prefix = prefix

    def files(self) -> Iterator[RawFile]:
        """Yield every object."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket_name, Prefix=self._prefix
        )
        for page in pages:
            for found in page.get("Contents", []):
                yield RawFile(key=found["Key"], written_at=found["LastModified"], size_bytes=found["Size"])

    def uploads(self) -> Iterator[datetime]:
        """Yield when each upload in parts that is not complete began."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket_name, Prefix=self._prefix
        )
        for page in pages:
            for upload in page.get("Uploads", []):
                yield upload["Initiated"]

    def size_bytes(self) -> int:
        """Return the size of all objects."""
        return sum(file.size_bytes for file in self.files())

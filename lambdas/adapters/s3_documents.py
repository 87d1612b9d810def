"""Documents of audiences in S3, written on condition that nobody has changed them since they were read.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from domain.channel import document_key
from lambdas.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CACHE_CONTROL = "max-age=1"
"""The edge answers so many viewers from one read, and is a second behind at most."""
CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
"""Codes of answers to a write whose document has changed, is being changed, or is gone."""


class S3AudienceDocuments:
    """JSON documents; a document's edition is its ETag."""

    def __init__(self, client: "S3Client", bucket_name: str) -> None:
        self._client = client
        self._bucket_name = bucket_name

    def read(self, address: str) -> tuple[dict[str, Any] | None, str | None]:
        """Return the document of an address and its ETag; without the document if it is no JSON object."""
        try:
            answer = self._client.get_object(Bucket=self._bucket_name, Key=document_key(address))
        except self._client.exceptions.NoSuchKey:
            return None, None
        try:
            document = json.loads(answer["Body"].read())
        except (ValueError, RecursionError):
            document = None
        return document if isinstance(document, dict) else None, answer["ETag"]

    def write(self, address: str, document: Mapping[str, Any], edition: str | None) -> bool:
        """Write the document if it still has this ETag, or still does not exist; False if not."""
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if edition is None else {"IfMatch": edition}
        try:
            self._client.put_object(
                Bucket=self._bucket_name,
                Key=document_key(address),
                Body=json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(),
                ContentType="application/json",
                CacheControl=CACHE_CONTROL,
                **condition,
            )
        except self._client.exceptions.ClientError as error:
            if error_code(error) not in CHANGED:
                raise
            return False
        return True

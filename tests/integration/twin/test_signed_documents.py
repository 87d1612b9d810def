"""Documents of a deployed distribution: read by signed links, from a bucket that allows it."""

from datetime import UTC, datetime

import aiohttp
import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

from local.twin.twin import Twin
from tests.integration.twin.small_system import PRIVATE_KEY

NEXT_CENTURY = datetime(2100, 1, 1, tzinfo=UTC)


def link(twin: Twin, key: str) -> str:
    signer = CloudFrontSigner(
        twin.output("PublicKeyId"),
        lambda text: PRIVATE_KEY.sign(text, PKCS1v15(), SHA1()),
    )
    url = f"{twin.output('DocumentsUrl')}/{key}"
    return str(signer.generate_presigned_url(url, date_less_than=NEXT_CENTURY))


async def get(url: str) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, answer.headers["X-Cache"], await answer.read()


async def test_a_signed_link_is_answered_by_the_edge(twin: Twin) -> None:
    bucket, s3 = twin.output("DocumentsBucketName"), twin.client("s3")
    s3.put_object(Bucket=bucket, Key="public/a b.json", Body=b"1", CacheControl="max-age=60")
    url = link(twin, "public/a%20b.json")
    assert await get(url) == (200, "Miss from cloudfront", b"1")
    s3.put_object(Bucket=bucket, Key="public/a b.json", Body=b"2", CacheControl="max-age=60")
    assert await get(url) == (200, "Hit from cloudfront", b"1")
    assert twin.metric_total("CacheHits") == 1


@pytest.mark.parametrize("key", ["public/missing.json", "private/a.json"])
async def test_what_is_missing_or_not_allowed_is_denied_alike(twin: Twin, key: str) -> None:
    bucket = twin.output("DocumentsBucketName")
    twin.client("s3").put_object(Bucket=bucket, Key="private/a.json", Body=b"1")
    status, outcome, body = await get(link(twin, key))
    assert (status, outcome) == (403, "Error from cloudfront")
    assert b"AccessDenied" in body


async def test_a_link_without_a_signature_is_refused(twin: Twin) -> None:
    status, _, body = await get(link(twin, "public/a%20b.json").partition("?")[0])
    assert (status, b"MissingKey" in body) == (403, True)

"""A distribution answers at the edge, by signed links only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.twin.services.cloudfront import CachePolicy, Distribution, Distributions, HeadersPolicy
from local.twin.services.cloudfront.distributions import UnsupportedKeyError
from local.twin.services.cloudfront.edge_cache import OriginAnswer

KEY = generate_private_key(65537, 2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
SIGNER = CloudFrontSigner("K1", lambda text: KEY.sign(text, PKCS1v15(), SHA1()))
DOCUMENT = OriginAnswer(
    status=200,
    headers={"cache-control": "max-age=1", "etag": '"1"', "content-type": "application/json"},
    body=b"{}",
)
MISSING = OriginAnswer(status=403, headers={"content-type": "application/xml"}, body=b"<Error/>")
HEADERS = HeadersPolicy.declared(
    {
        "CorsConfig": {"AccessControlAllowOrigins": {"Items": ["*"]}},
        "SecurityHeadersConfig": {"ContentTypeOptions": {"Override": True}},
    }
)


@dataclass
class Served:
    base_url: str
    session: aiohttp.ClientSession
    clock: list[float]
    objects: dict[str, OriginAnswer]
    counted: dict[str, float] = field(default_factory=dict)

    def link(self, key: str) -> str:
        ends = datetime.fromtimestamp(2_000_000_000, UTC)
        return str(SIGNER.generate_presigned_url(f"{self.base_url}/e1/{key}", date_less_than=ends))

    async def get(self, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        async with self.session.get(url, headers=headers) as answer:
            return answer.status, dict(answer.headers), await answer.read()


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    clock, objects, counted = [1_800_000_000.0], {"a b.json": DOCUMENT}, dict[str, float]()

    async def fetch(distribution: Distribution, key: str) -> OriginAnswer:
        assert distribution.bucket == "documents"
        return objects.get(key, MISSING)

    def count(name: str, value: float, dimensions: dict[str, str]) -> None:
        assert dimensions == {"DistributionId": "e1"}
        counted[name] = counted.get(name, 0) + value

    distributions = Distributions(fetch=fetch, count=count, now=lambda: clock[0])
    distributions.put_public_key("K1", PEM)
    distributions.put_key_group("group", ("K1",))
    distributions.put_cache_policy("cache", CachePolicy(default_ttl=1, max_ttl=60))
    distributions.put_headers_policy("headers", HEADERS)
    distributions.put_distribution(
        Distribution(
            id="e1",
            arn="arn:aws:cloudfront::123456789012:distribution/E1",
            bucket="documents",
            key_groups=("group",),
            cache_policy="cache",
            headers_policy="headers",
            error_seconds={403: 1},
        )
    )
    runner = web.ServerRunner(web.Server(distributions.handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield Served(f"http://{host}:{port}/_aws/cloudfront", session, clock, objects, counted)
    await runner.cleanup()


async def test_the_origin_is_asked_once_while_the_edge_has_the_answer() -> None:
    async with serving() as served:
        link = served.link("a%20b.json")
        answers = [await served.get(link)]
        served.clock[0] += 0.5
        answers.append(await served.get(link))
        served.clock[0] += 0.5
        answers.append(await served.get(link))
    assert [(status, body) for status, _, body in answers] == [(200, b"{}")] * 3
    outcomes = [headers["X-Cache"].partition(" ")[0] for _, headers, _ in answers]
    assert outcomes == ["Miss", "Hit", "Miss"]
    assert served.counted == {"Requests": 3, "CacheMisses": 2, "CacheHits": 1}


async def test_a_missing_document_is_asked_for_again_after_its_error_time() -> None:
    async with serving() as served:
        link = served.link("later.json")
        assert (await served.get(link))[0] == 403
        served.objects["later.json"] = DOCUMENT
        status, headers, _ = await served.get(link)
        assert (status, headers["X-Cache"]) == (403, "Error from cloudfront")
        served.clock[0] += 1
        assert (await served.get(link))[0] == 200


async def test_a_page_of_any_origin_may_read_what_the_origin_answered() -> None:
    async with serving() as served:
        _, plain, _ = await served.get(served.link("a%20b.json"))
        _, cross, _ = await served.get(served.link("a%20b.json"), Origin="https://app.example")
        _, missing, _ = await served.get(served.link("b.json"), Origin="https://app.example")
        _, refused, _ = await served.get(f"{served.base_url}/e1/b.json", Origin="https://app.example")
    allowed = [each.get("Access-Control-Allow-Origin") for each in (plain, cross, missing, refused)]
    assert allowed == [None, "*", "*", None]
    assert plain["X-Content-Type-Options"] == "nosniff"


async def test_a_reader_who_has_the_document_gets_no_body() -> None:
    async with serving() as served:
        link = served.link("a%20b.json")
        status, headers, body = await served.get(link, **{"If-None-Match": '"1"'})
        assert (status, body, headers["Etag"]) == (304, b"", '"1"')


async def test_a_link_that_is_not_signed_is_refused_in_xml() -> None:
    async with serving() as served:
        status, headers, body = await served.get(f"{served.base_url}/e1/a%20b.json")
    assert (status, headers["Content-Type"]) == (403, "text/xml")
    assert b"<Code>MissingKey</Code>" in body
    assert served.counted == {"Requests": 1, "LinksRefused": 1}


async def test_only_reading_is_allowed_and_only_of_what_there_is() -> None:
    async with serving() as served:
        async with served.session.post(served.link("a%20b.json")) as answer:
            assert answer.status == 403
        async with served.session.head(served.link("a%20b.json")) as answer:
            assert answer.status == 200
        assert (await served.get(f"{served.base_url}/e2/a"))[0] == 404


@pytest.mark.parametrize(
    "pem",
    [
        "not PEM",
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ],
)
async def test_a_public_key_is_one_of_rsa(pem: str) -> None:
    async def fetch(_distribution: Distribution, _key: str) -> OriginAnswer:
        return DOCUMENT

    with pytest.raises(UnsupportedKeyError, match="K9"):
        Distributions(fetch=fetch).put_public_key("K9", pem)

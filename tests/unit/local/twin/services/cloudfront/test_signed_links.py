"""Signed links, made by botocore's own signer."""

import functools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1

from local.twin.services.cloudfront.signed_links import Link, LinkRefusedError, verify

NOW = 1_800_000_000
URL = "http://edge/_aws/cloudfront/e1/audiences/a/newest.json"


@functools.cache
def private_key(name: str) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def signer(name: str = "ours") -> CloudFrontSigner:
    return CloudFrontSigner("K1", lambda text: private_key(name).sign(text, PKCS1v15(), SHA1()))


def canned(url: str = URL, ends: int = NOW + 60, name: str = "ours") -> str:
    signed: str = signer(name).generate_presigned_url(url, date_less_than=datetime.fromtimestamp(ends, UTC))
    return signed


def custom(resource: str = "http://edge/*", url: str = URL, **conditions: Any) -> str:
    condition = {"DateLessThan": {"AWS:EpochTime": NOW + 60}, **conditions}
    policy = json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]})
    signed: str = signer().generate_presigned_url(url, policy=policy)
    return signed


def check(signed: str, now: float = NOW) -> None:
    base, _, query = signed.partition("?")
    link = Link.requested(base=base, query=query, address="10.1.2.3")
    verify(link, {"K1": private_key("ours").public_key()}, now)


@pytest.mark.parametrize(
    "signed",
    [
        canned,
        lambda: canned(URL + "?size=large"),
        custom,
        lambda: custom("http*://edge/_aws/cloudfront/e?/audiences/*"),
        lambda: custom(DateGreaterThan={"AWS:EpochTime": NOW}),
        lambda: custom(IpAddress={"AWS:SourceIp": "10.1.0.0/16"}),
    ],
)
def test_a_signed_link_is_accepted(signed: Callable[[], str]) -> None:
    check(signed())


@pytest.mark.parametrize(
    "signed",
    [
        lambda: canned(ends=NOW),
        lambda: canned().replace("/a/", "/b/"),
        lambda: canned().replace(f"Expires={NOW + 60}", f"Expires={NOW + 61}"),
        lambda: canned().replace("Expires=", "Ends="),
        lambda: canned().partition("&Signature")[0] + "&Key-Pair-Id=K1",
        lambda: canned(name="another"),
        lambda: canned().replace("Signature=", "Signature=!"),
        lambda: canned(URL + "?size=large").replace("large", "small"),
        lambda: custom("http://edge/_aws/cloudfront/e1/audiences/b/*"),
        lambda: custom(DateLessThan={"AWS:EpochTime": NOW}),
        lambda: custom(DateLessThan={}),
        lambda: custom(DateGreaterThan={"AWS:EpochTime": NOW + 1}),
        lambda: custom(IpAddress={"AWS:SourceIp": "10.2.0.0/16"}),
    ],
)
def test_a_link_that_does_not_permit_the_request_is_denied(signed: Callable[[], str]) -> None:
    with pytest.raises(LinkRefusedError) as refused:
        check(signed())
    assert (refused.value.code, str(refused.value)) == ("AccessDenied", "Access denied")


@pytest.mark.parametrize(
    ("signed", "code"),
    [(lambda: URL, "MissingKey"), (lambda: canned().replace("K1", "K2"), "InvalidKey")],
)
def test_a_link_without_a_known_key_says_so(signed: Callable[[], str], code: str) -> None:
    with pytest.raises(LinkRefusedError) as refused:
        check(signed())
    assert refused.value.code == code

"""The issuer's keys: withdrawn ones are refused, and an outage of the issuer ends no match."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import jwt
import pytest

from lambdas.adapters.errors import IssuerUnavailableError, TokenError
from lambdas.adapters.signing_keys import FRESH_SECONDS, OUTAGE_SECONDS, RETRY_SECONDS, PublishedKeys


@dataclass
class Issuer:
    """An issuer with these key ids; `fault` is what asking it raises."""

    key_ids: list[str]
    fault: Exception | None = None
    now: float = 1_000.0
    requests: int = 0
    keys: PublishedKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = PublishedKeys(self, lambda: self.now)

    def get_signing_keys(self, refresh: bool = False) -> list[Any]:
        assert refresh
        self.requests += 1
        if self.fault is not None:
            raise self.fault
        return [SimpleNamespace(key_id=key_id, key=f"key {key_id}") for key_id in self.key_ids]


def test_the_key_set_is_read_once_an_hour() -> None:
    issuer = Issuer(["k1", "k2"])
    for _ in range(10):
        assert (issuer.keys.key("k1"), issuer.keys.key("k2")) == ("key k1", "key k2")
    assert issuer.requests == 1


def test_a_withdrawn_key_is_refused_when_the_hour_is_over() -> None:
    # GIVEN a key that was used, and then withdrawn
    issuer = Issuer(["k1", "k2"])
    issuer.keys.key("k1")
    issuer.key_ids = ["k2"]
    # WHEN the hour is over THEN it is refused
    issuer.now += FRESH_SECONDS + 1
    with pytest.raises(TokenError):
        issuer.keys.key("k1")
    assert issuer.keys.key("k2") == "key k2"


def test_a_new_key_is_found_before_the_hour_is_over() -> None:
    issuer = Issuer(["k1"])
    issuer.keys.key("k1")
    issuer.key_ids = ["k1", "k2"]
    issuer.now += RETRY_SECONDS
    assert issuer.keys.key("k2") == "key k2"


def test_invented_key_ids_do_not_make_a_request_each() -> None:
    issuer = Issuer(["k1"])
    for number in range(100):
        with pytest.raises(TokenError):
            issuer.keys.key(f"forged-{number}")
    assert issuer.requests == 1


FAULTS: list[Exception] = [
    jwt.PyJWKClientConnectionError("HTTP 503"),
    jwt.PyJWKClientError("The JWKS endpoint did not contain any signing keys"),
    jwt.PyJWKSetError("no keys"),
    ConnectionResetError(),
    json.JSONDecodeError("not JSON", "<html>", 0),
    RecursionError("maximum recursion depth exceeded while decoding a JSON array"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_known_keys_outlive_an_outage_for_a_bounded_time(fault: Exception) -> None:
    # GIVEN an issuer that stops answering
    issuer = Issuer(["k1"])
    issuer.keys.key("k1")
    issuer.fault = fault
    # WHEN the set's hour is over THEN known keys serve, with one request each half minute at most
    issuer.now += FRESH_SECONDS + 1
    for _ in range(10):
        assert issuer.keys.key("k1") == "key k1"
    assert issuer.requests == 2
    # AND a key that is not known may be a new one: nobody can tell
    with pytest.raises(IssuerUnavailableError):
        issuer.keys.key("k2")
    # AND after the bound nothing is believed
    issuer.now += OUTAGE_SECONDS
    with pytest.raises(IssuerUnavailableError):
        issuer.keys.key("k1")
    # AND the issuer's return ends the outage
    issuer.fault = None
    issuer.now += RETRY_SECONDS
    assert issuer.keys.key("k1") == "key k1"


def test_an_issuer_that_never_answered_is_no_forged_token() -> None:
    issuer = Issuer(["k1"], fault=jwt.PyJWKClientConnectionError("HTTP 503"))
    for _ in range(2):
        with pytest.raises(IssuerUnavailableError):
            issuer.keys.key("k1")
    assert issuer.requests == 1

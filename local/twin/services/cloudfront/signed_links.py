"""Verification of signed links.

A canned policy is the link and its end; a custom policy may have wildcards in the link, a beginning and a
range of addresses. Source: AWS documentation, "Use signed URLs": the statements, their signature by RSA and
SHA-1, and the replaced characters of Base64.
"""

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

_PARAMETERS = frozenset({"Expires", "Policy", "Signature", "Key-Pair-Id"})
_STANDARD_BASE64 = str.maketrans("-_~", "+=/")


class LinkRefusedError(Exception):
    """A link does not permit the request; `code` is CloudFront's, and the status is 403."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _denied() -> LinkRefusedError:
    return LinkRefusedError("AccessDenied", "Access denied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A requested link: its URL without the parameters of the signature, and these parameters."""

    url: str
    parameters: Mapping[str, str]
    address: str
    """The IP address of whoever asks."""

    @classmethod
    def requested(cls, *, base: str, query: str, address: str) -> "Link":
        """Read a request: its URL up to the query, and the query."""
        parts = [part for part in query.split("&") if part]
        own = [part for part in parts if part.partition("=")[0] in _PARAMETERS]
        others = [part for part in parts if part not in own]
        url = f"{base}?{'&'.join(others)}" if others else base
        return cls(url=url, parameters=dict(parse_qsl("&".join(own))), address=address)


def verify(link: Link, keys: Mapping[str, RSAPublicKey], now: float) -> None:
    """Raise LinkRefusedError unless one of the keys, by their ids, has signed the link for this time."""
    key_id, signature = link.parameters.get("Key-Pair-Id"), link.parameters.get("Signature")
    if key_id is None:
        raise LinkRefusedError("MissingKey", "Missing Key-Pair-Id query parameter or cookie value")
    if key_id not in keys:
        raise LinkRefusedError("InvalidKey", "Unknown Key")
    if signature is None:
        raise _denied()
    policy = _policy(link)
    try:
        keys[key_id].verify(_decoded(signature), policy, PKCS1v15(), SHA1())
    except InvalidSignature:
        raise _denied() from None
    if not _permits(policy, link, now):
        raise _denied()


def _policy(link: Link) -> bytes:
    """Return the policy that was signed: the one in the link, or the canned one of its URL and end."""
    if "Policy" in link.parameters:
        return _decoded(link.parameters["Policy"])
    try:
        expires = int(link.parameters["Expires"])
    except (KeyError, ValueError):
        raise _denied() from None
    condition = {"DateLessThan": {"AWS:EpochTime": expires}}
    statement = {"Resource": link.url, "Condition": condition}
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def _permits(policy: bytes, link: Link, now: float) -> bool:
    try:
        (statement,) = json.loads(policy)["Statement"]
        conditions: dict[str, Any] = statement["Condition"]
        ends = conditions["DateLessThan"]["AWS:EpochTime"]
        begins = conditions.get("DateGreaterThan", {}).get("AWS:EpochTime", 0)
        network = ipaddress.ip_network(conditions.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0"))
        return (
            begins <= now < ends
            and ipaddress.ip_address(link.address) in network
            and _matches(statement.get("Resource", "*"), link.url)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _matches(pattern: str, url: str) -> bool:
    wildcards = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wildcards, url) is not None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_STANDARD_BASE64), validate=True)
    except binascii.Error:
        raise _denied() from None

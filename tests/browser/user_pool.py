"""A Cognito user pool with one user, which supports signing in by Secure Remote Password.

It is the server side of the protocol of RFC 5054, as Amazon's client libraries implement it. It knows the
password only by its verifier.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Route

POOL_NAME = "Pool1"
POOL_ID = f"eu-west-1_{POOL_NAME}"
CLIENT_ID = "client-1"
USER_ID = "8c1f-user"
_TARGET = "AWSCognitoIdentityProviderService."
_ANY = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


def _pi(bits: int) -> int:
    """Return pi times two to the power of `bits`, rounded down, by Machin's formula."""
    one = 1 << (bits + 64)

    def arctangent_of_inverse(number: int) -> int:
        power, total, odd = one // number, 0, 1
        while power:
            total += power // odd if odd % 4 == 1 else -(power // odd)
            power //= number * number
            odd += 2
        return total

    return 4 * (4 * arctangent_of_inverse(5) - arctangent_of_inverse(239)) >> 64


PRIME = 2**3072 - 2**3008 - 1 + 2**64 * (_pi(2942) + 1690314)
"""The 3072-bit group of RFC 3526; its generator is 2."""


def _padded(number: int) -> bytes:
    """Return a big-endian number, with a leading zero if the first bit would be read as a sign."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"\0"


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


@dataclass
class UserPool:
    """Answers a page's calls to Cognito and records them in `requests`, by operation."""

    token: str
    password: str
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._salt = int.from_bytes(secrets.token_bytes(16), "big")
        name = f"{POOL_NAME}{USER_ID}:{self.password}".encode()
        secret = _hash(_padded(self._salt), hashlib.sha256(name).digest())
        self._verifier = pow(2, secret, PRIME)
        self._secret_block = base64.b64encode(secrets.token_bytes(32)).decode()

    def answer_calls_of(self, page: Page) -> None:
        """Answer the page's calls to the region's endpoint."""
        page.route("https://cognito-idp.eu-west-1.amazonaws.com/", self._serve)

    def _serve(self, route: Route) -> None:
        request = route.request
        if request.method == "OPTIONS":
            route.fulfill(headers=_ANY)
            return
        operation = request.headers["x-amz-target"].removeprefix(_TARGET)
        body = json.loads(request.post_data or "{}")
        self.requests.append((operation, body))
        answer = self._respond(body) if operation == "RespondToAuthChallenge" else self._challenge(body)
        route.fulfill(status=200 if answer else 400, headers=_ANY, json=answer or _REFUSED)

    def _challenge(self, body: dict[str, Any]) -> dict[str, Any]:
        assert (body["AuthFlow"], body["ClientId"]) == ("USER_SRP_AUTH", CLIENT_ID)
        self._large_a = int(body["AuthParameters"]["SRP_A"], 16)
        self._small_b = secrets.randbits(256)
        multiplier = _hash(_padded(PRIME), _padded(2))
        self._large_b = (multiplier * self._verifier + pow(2, self._small_b, PRIME)) % PRIME
        parameters = {
            "USERNAME": USER_ID,
            "USER_ID_FOR_SRP": USER_ID,
            "SALT": f"{self._salt:x}",
            "SRP_B": f"{self._large_b:x}",
            "SECRET_BLOCK": self._secret_block,
        }
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}

    def _respond(self, body: dict[str, Any]) -> dict[str, Any] | None:
        responses = body["ChallengeResponses"]
        scrambling = _hash(_padded(self._large_a), _padded(self._large_b))
        shared = pow(self._large_a * pow(self._verifier, scrambling, PRIME), self._small_b, PRIME)
        extracted = hmac.digest(_padded(scrambling), _padded(shared), "sha256")
        key = hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]
        block = base64.b64decode(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
        text = POOL_NAME.encode() + USER_ID.encode() + block + responses["TIMESTAMP"].encode()
        expected = base64.b64encode(hmac.digest(key, text, "sha256")).decode()
        if responses["PASSWORD_CLAIM_SIGNATURE"] != expected:
            return None
        tokens = {"IdToken": self.token, "AccessToken": self.token, "RefreshToken": "refresh"}
        return {"AuthenticationResult": {**tokens, "ExpiresIn": 3600, "TokenType": "Bearer"}}


_REFUSED = {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}

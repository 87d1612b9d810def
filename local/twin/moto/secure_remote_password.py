"""The server's side of Secure Remote Password, as Cognito implements RFC 5054.

It knows the password only by its verifier. Amazon's client libraries are the other side.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a pool keeps of a user's password."""

    pool_name: str
    """The part of the pool's id after the underscore."""
    user_id: str
    salt: int
    value: int = field(repr=False)

    @staticmethod
    def of_password(pool_name: str, user_id: str, password: str) -> "Verifier":
        """Return the verifier of a password, with a new salt."""
        salt = secrets.randbits(128)
        name = f"{pool_name}{user_id}:{password}".encode()
        secret = _hash(_padded(salt), hashlib.sha256(name).digest())
        return Verifier(pool_name, user_id, salt, pow(2, secret, PRIME))


class PasswordChallenge:
    """One exchange: the client proves that it knows the password that the verifier is made of."""

    def __init__(self, verifier: Verifier, client_value: str) -> None:
        """`client_value` is SRP_A, in hexadecimal."""
        self._verifier = verifier
        self._client_value = int(client_value, 16)
        self._exponent = secrets.randbits(256)
        multiplier = _hash(_padded(PRIME), _padded(2))
        self._server_value = (multiplier * verifier.value + pow(2, self._exponent, PRIME)) % PRIME

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the challenge that depend on the password."""
        return {
            "USER_ID_FOR_SRP": self._verifier.user_id,
            "SALT": f"{self._verifier.salt:x}",
            "SRP_B": f"{self._server_value:x}",
        }

    def accepts(self, *, secret_block: str, timestamp: str, signature: str) -> bool:
        """True if the signature was made with the password."""
        if self._client_value % PRIME == 0:
            return False
        scrambling = _hash(_padded(self._client_value), _padded(self._server_value))
        base = self._client_value * pow(self._verifier.value, scrambling, PRIME)
        shared = pow(base, self._exponent, PRIME)
        extracted = hmac.digest(_padded(scrambling), _padded(shared), "sha256")
        key = hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]
        who = f"{self._verifier.pool_name}{self._verifier.user_id}".encode()
        text = who + base64.b64decode(secret_block) + timestamp.encode()
        expected = base64.b64encode(hmac.digest(key, text, "sha256")).decode()
        return hmac.compare_digest(signature, expected)


def _padded(number: int) -> bytes:
    """Return a big-endian number, with a leading zero if the first bit would be read as a sign."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"\0"


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")

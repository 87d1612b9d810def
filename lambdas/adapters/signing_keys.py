"""The issuer's published keys: read again each hour, and kept for a while if the issuer does not answer."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import jwt

from lambdas.adapters.errors import IssuerUnavailableError, TokenError

FRESH_SECONDS = 3600
"""How long a key set is believed; a key that the issuer withdrew is refused after that."""

OUTAGE_SECONDS = 4 * 3600
"""How much longer the last key set serves while the issuer does not answer: longer than a match."""

RETRY_SECONDS = 30
"""How long the issuer is left alone after an answer or a failure, whatever keys tokens name."""

ISSUER_FAULTS = (jwt.PyJWKClientError, jwt.PyJWKSetError, OSError, ValueError, RecursionError)
"""The issuer cannot be reached, or its answer is not JSON, is nested too deeply, or has no key."""


class KeySet(Protocol):
    """Reads the issuer's key set; `jwt.PyJWKClient` is one."""

    def get_signing_keys(self, refresh: bool = False) -> list[jwt.PyJWK]:
        """Return the keys; raises one of ISSUER_FAULTS."""


class PublishedKeys:
    """The keys that the issuer publishes now, by their ids."""

    def __init__(self, key_set: KeySet, clock: Callable[[], float]) -> None:
        """Read keys from `key_set`; `clock` gives monotonic seconds."""
        self._key_set = key_set
        self._clock = clock
        self._keys: Mapping[str, Any] = {}
        self._read_at = float("-inf")
        self._asked_at = float("-inf")
        self._fault: Exception | None = None

    def key(self, key_id: str) -> Any:
        """Return the key of this id.

        Raises TokenError if the issuer has no such key, and IssuerUnavailableError if it cannot be known: the
        issuer does not answer, and the key is new or the last key set too old.
        """
        if self._clock() - self._read_at > FRESH_SECONDS or key_id not in self._keys:
            self._read_again()
        usable = self._clock() - self._read_at <= FRESH_SECONDS + OUTAGE_SECONDS
        if usable and key_id in self._keys:
            return self._keys[key_id]
        if self._fault is not None:
            raise IssuerUnavailableError(f"{type(self._fault).__name__}: {self._fault}") from self._fault
        raise TokenError(f"kid: the issuer has no key {key_id!r}")

    def _read_again(self) -> None:
        now = self._clock()
        if now - self._asked_at < RETRY_SECONDS:
            return
        self._asked_at = now
        try:
            keys = self._key_set.get_signing_keys(refresh=True)
        except ISSUER_FAULTS as error:
            self._fault = error
            return
        self._keys = {str(key.key_id): key.key for key in keys}
        self._read_at, self._fault = now, None

"""Keys of feed providers in Secrets Manager."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.adapters.errors import InvalidKeysError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

CACHED_FOR = timedelta(minutes=5)
MAX_KEYS = 2
DEFAULT_PROVIDER = "default"
"""Whose keys sign announcements, and the feeds of providers without keys of their own."""


class SecretFeedKeys:
    """A secret with a JSON object: the keys of `default`, and of providers by name.

    A value is one key, or a list of two during a rotation.
    """

    def __init__(
        self, client: "SecretsManagerClient", secret_arn: str, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._clock = clock
        self._values: dict[str, Any] = {}
        self._read_at: datetime | None = None

    def keys(self, provider: str) -> tuple[str, ...]:
        """Return the provider's keys, or the default ones; raises InvalidKeysError if they are invalid."""
        if self._read_at is None or self._clock() >= self._read_at + CACHED_FOR:
            answer = self._client.get_secret_value(SecretId=self._secret_arn)
            self._values = json.loads(answer["SecretString"])
            self._read_at = self._clock()
        return _keys(provider, self._values)


def _keys(provider: str, values: dict[str, Any]) -> tuple[str, ...]:
    name = provider if provider in values else DEFAULT_PROVIDER
    value = values.get(name)
    keys = value if isinstance(value, list) else [value]
    if not 1 <= len(keys) <= MAX_KEYS or not all(isinstance(key, str) and key for key in keys):
        raise InvalidKeysError(name)
    return tuple(keys)

"""Keys of feed providers in Secrets Manager."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

CACHED_FOR = timedelta(minutes=5)


class SecretFeedKeys:
    """A secret with a JSON object: the key `default`, and keys by provider name."""

    def __init__(
        self, client: "SecretsManagerClient", secret_arn: str, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._clock = clock
        self._keys: dict[str, str] = {}
        self._read_at: datetime | None = None

    def key(self, provider: str) -> str:
        """Return the provider's key, or the default key."""
        if self._read_at is None or self._clock() >= self._read_at + CACHED_FOR:
            answer = self._client.get_secret_value(SecretId=self._secret_arn)
            self._keys = json.loads(answer["SecretString"])
            self._read_at = self._clock()
        return self._keys.get(provider) or self._keys["default"]

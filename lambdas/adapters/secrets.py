"""The keys of feed providers in Secrets Manager."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

REMEMBERED_FOR = timedelta(minutes=5)


class SecretFeedKeys:
    """One secret: a JSON object with the key `default` and, by name, providers with keys of their own."""

    def __init__(self, client: Any, secret_arn: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._clock = clock
        self._keys: dict[str, str] = {}
        self._read_at: datetime | None = None

    def key(self, provider: str) -> str:
        """The provider's key, or the default one."""
        if self._read_at is None or self._clock() >= self._read_at + REMEMBERED_FOR:
            answer = self._client.get_secret_value(SecretId=self._secret_arn)
            self._keys = json.loads(answer["SecretString"])
            self._read_at = self._clock()
        return self._keys.get(provider) or self._keys["default"]

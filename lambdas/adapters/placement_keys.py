"""The keys of placements: versions of one secret in Secrets Manager, so that it can be rotated at any time.

The version `AWSCURRENT` signs. A rotation makes it `AWSPREVIOUS`, which is still accepted.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.metrics import Metric
from lambdas.adapters.aws import error_code
from lambdas.observability import PowertoolsTelemetry

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
CACHED_FOR = timedelta(minutes=5)
PAUSE = timedelta(seconds=10)
"""Between two attempts to read a secret that cannot be read, or that does not fit a signature."""


class SecretPlacementKeys:
    """Versions of a secret, each kept for five minutes, and longer while Secrets Manager does not answer."""

    def __init__(
        self,
        client: "Callable[[], SecretsManagerClient]",
        secret_arn: str,
        clock: Callable[[], datetime],
        telemetry: PowertoolsTelemetry,
    ) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._clock = clock
        self._telemetry = telemetry
        self._known: dict[str, bytes | None] = {}
        self._read_again_at: dict[str, datetime] = {}
        self._read_at: datetime | None = None

    def current(self) -> bytes | None:
        """Return the version to sign with; None if it was never read."""
        return self._version(CURRENT)

    def accepted(self) -> list[bytes]:
        """Return the versions to verify with, the newest first; none if they were never read."""
        return [key for key in map(self._version, (CURRENT, PREVIOUS)) if key is not None]

    def refresh(self) -> bool:
        """Read the versions again, unless they were read in the last seconds: another key may sign now."""
        now = self._clock()
        if self._read_at is not None and now < self._read_at + PAUSE:
            return False
        for stage in (CURRENT, PREVIOUS):
            self._read(stage, now)
        return True

    def _version(self, stage: str) -> bytes | None:
        now = self._clock()
        if stage not in self._read_again_at or now >= self._read_again_at[stage]:
            self._read(stage, now)
        return self._known.get(stage)

    def _read(self, stage: str, now: datetime) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        self._read_at = now
        try:
            answer = self._client().get_secret_value(SecretId=self._secret_arn, VersionStage=stage)
        except (ClientError, BotoCoreError) as error:
            if stage == PREVIOUS and error_code(error) == "ResourceNotFoundException":
                self._known[stage] = None  # never rotated
            else:
                self._telemetry.count(Metric.PLACEMENT_KEYS_UNREADABLE)
                self._telemetry.warning("placement key unreadable", version=stage, reason=str(error))
                self._read_again_at[stage] = now + PAUSE
                return
        else:
            self._known[stage] = answer["SecretString"].encode()
        self._read_again_at[stage] = now + CACHED_FOR

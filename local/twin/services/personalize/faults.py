"""Faults on demand: calls that are refused and jobs that fail, as many times as asked."""

from threading import Lock

from local.twin.services.personalize.errors import JobFailedError, PersonalizeError


class Faults:
    """What shall go wrong next; empty, as it is made, nothing does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[str, list[PersonalizeError]] = {}
        self._jobs: dict[str, list[str]] = {}

    def refuse(self, operation: str, error: PersonalizeError, *, times: int = 1) -> None:
        """Answer the next calls of an operation, such as `GetRecommendations`, with this error."""
        with self._lock:
            self._calls.setdefault(operation, []).extend([error] * times)

    def fail(self, kind: str, reason: str, *, times: int = 1) -> None:
        """Let the next jobs of a kind, such as `dataset-import-job`, fail with this reason."""
        with self._lock:
            self._jobs.setdefault(kind, []).extend([reason] * times)

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._calls.clear()
            self._jobs.clear()

    def check_call(self, operation: str) -> None:
        """Raise the error that this call was asked to meet, if any."""
        with self._lock:
            errors = self._calls.get(operation)
            if errors:
                raise errors.pop(0)

    def check_job(self, kind: str) -> None:
        """Raise JobFailedError if this job was asked to fail."""
        with self._lock:
            reasons = self._jobs.get(kind)
            if reasons:
                raise JobFailedError(reasons.pop(0))

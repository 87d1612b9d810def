"""Faults on demand: refused calls and failed jobs."""

from threading import Lock

from local.twin.services.personalize.errors import JobFailedError, PersonalizeError


class Faults:
    """Queues of faults to inject; there are none at first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[str, list[PersonalizeError]] = {}
        self._jobs: dict[str, list[str]] = {}

    def refuse(self, operation: str, error: PersonalizeError, *, times: int = 1) -> None:
        """Refuse the next calls of an operation, such as `GetRecommendations`, with this error."""
        with self._lock:
            self._calls.setdefault(operation, []).extend([error] * times)

    def fail(self, kind: str, reason: str, *, times: int = 1) -> None:
        """Fail the next jobs of a kind, such as `dataset-import-job`, with this reason."""
        with self._lock:
            self._jobs.setdefault(kind, []).extend([reason] * times)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._calls.clear()
            self._jobs.clear()

    def check_call(self, operation: str) -> None:
        """Raise the next error queued for the operation, if any."""
        with self._lock:
            errors = self._calls.get(operation)
            if errors:
                raise errors.pop(0)

    def check_job(self, kind: str) -> None:
        """Raise JobFailedError if a failure is queued for the kind of job."""
        with self._lock:
            reasons = self._jobs.get(kind)
            if reasons:
                raise JobFailedError(reasons.pop(0))

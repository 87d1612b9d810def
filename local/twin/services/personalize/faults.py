"""Faults on demand: refused calls, and jobs that fail or wait."""

from threading import Event, Lock

from local.twin.services.personalize.errors import JobFailedError, PersonalizeError

_LONGEST_WAIT_SECONDS = 60.0
"""A job that is held goes on after this time, so that a twin can stop."""


class Faults:
    """Queues of faults to inject; there are none at first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[str, list[PersonalizeError]] = {}
        self._jobs: dict[str, list[str]] = {}
        self._held: dict[str, Event] = {}

    def refuse(self, operation: str, error: PersonalizeError, *, times: int = 1) -> None:
        """Refuse the next calls of an operation, such as `GetRecommendations`, with this error."""
        with self._lock:
            self._calls.setdefault(operation, []).extend([error] * times)

    def fail(self, kind: str, reason: str, *, times: int = 1) -> None:
        """Fail the next jobs of a kind, such as `dataset-import-job`, with this reason."""
        with self._lock:
            self._jobs.setdefault(kind, []).extend([reason] * times)

    def hold(self, kind: str) -> None:
        """Let the jobs of a kind wait, while they are in progress, until the faults are cleared."""
        with self._lock:
            self._held.setdefault(kind, Event())

    def clear(self) -> None:
        """Remove all faults; jobs that are held go on."""
        with self._lock:
            self._calls.clear()
            self._jobs.clear()
            for cleared in self._held.values():
                cleared.set()
            self._held.clear()

    def check_call(self, operation: str) -> None:
        """Raise the next error queued for the operation, if any."""
        with self._lock:
            errors = self._calls.get(operation)
            if errors:
                raise errors.pop(0)

    def check_job(self, kind: str) -> None:
        """Wait while the kind of job is held; raise JobFailedError if a failure is queued for it."""
        with self._lock:
            cleared = self._held.get(kind)
        if cleared:
            cleared.wait(_LONGEST_WAIT_SECONDS)
        with self._lock:
            reasons = self._jobs.get(kind)
            if reasons:
                raise JobFailedError(reasons.pop(0))

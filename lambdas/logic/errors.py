"""Errors of the logic.

LogicError
├── ProtocolError               a WebSocket message that is answered with an `error` message
│   └── InteractionError        interactions that are not recorded, for a reason that is counted
├── UnauthorizedError           a request whose signature or token is missing or invalid
├── StaleAnnouncementError      an announcement that is older than the one in the table
├── UnknownMatchError           a match that was never announced
├── AnalysisIncompleteError     a broadcast sample that was not analysed by every analyser
├── ContextConflictError        a context that other writers kept changing
├── DocumentConflictError       a document that other writers kept changing
├── SignalLostError             the stream of signals did not accept an operator's entry
├── DispatchIncompleteError     a dispatch that has not reached every subscriber
│   └── DispatchClaimedError    a dispatch that another task is working on
├── ImportTooLargeError         a dataset larger than Personalize imports
└── ApplicationNotRunningError  a Flink application that did not start
"""

from collections.abc import Sequence

from domain.match import Match
from domain.metrics import Metric


class LogicError(Exception):
    """Root of the logic's errors."""


class ProtocolError(LogicError):
    """A WebSocket message that is answered with an `error` message of this code."""

    def __init__(
        self, code: str, message: str, *, field: str | None = None, expected: str | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.field = field
        self.expected = expected
        super().__init__(f"{code}: {message}")

    @property
    def counter(self) -> Metric:
        """The metric of requests that end so: INTERNAL says that the app is not at fault."""
        return Metric.MESSAGES_FAILED if self.code == "INTERNAL" else Metric.MESSAGES_REFUSED


class InteractionError(ProtocolError):
    """Interactions that are not recorded; `reason` is the metric that counts them."""

    def __init__(self, code: str, *, field: str, expected: str, got: object, reason: Metric) -> None:
        self.reason = reason
        super().__init__(code, f"{field}: expected {expected}, got {got}", field=field, expected=expected)


class UnauthorizedError(LogicError):
    """A request whose signature or token is missing or invalid."""


class StaleAnnouncementError(LogicError):
    """An announcement that is older than the newest one of its match."""

    def __init__(self, match: Match) -> None:
        super().__init__(
            f"revision: expected that of the match's newest announcement or later, got {match.revision}"
        )


class UnknownMatchError(LogicError):
    """A match that was never announced."""

    def __init__(self, match_id: str) -> None:
        self.match_id = match_id
        super().__init__(f"match_id: expected a match announced by PUT /matches/<id>, got {match_id!r}")


class AnalysisIncompleteError(LogicError):
    """A sample was not analysed by every analyser, or not every observation was written; it is retried."""

    def __init__(self, key: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{key}: expected every analyser to answer, got {'; '.join(reasons)}")


class ContextConflictError(LogicError):
    """Other writers kept changing a match's context or controls."""

    def __init__(self, match_id: str, attempts: int) -> None:
        super().__init__(f"match {match_id}: gave up after {attempts} write conflicts")


class DocumentConflictError(LogicError):
    """Other writers kept changing an audience's document."""

    def __init__(self, address: str, attempts: int) -> None:
        super().__init__(f"document of {address}: gave up after {attempts} write conflicts")


class SignalLostError(LogicError):
    """The stream of signals did not accept an operator's entry; the command can be repeated."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"expected the stream of signals to accept {entry_id}, it refused despite retries")


class DispatchIncompleteError(LogicError):
    """Some subscribers or audiences did not get the version; the task is delivered again.

    `failed` of them could not be reached, and the clients of `unread` do not read; the others wait for the
    account's rate.
    """

    def __init__(self, remaining: int, *, failed: int = 0, unread: int = 0) -> None:
        self.remaining = remaining
        self.failed = failed
        self.unread = unread
        super().__init__(f"expected every subscriber to be reached, {remaining} remain")

    @property
    def waits_for_rate(self) -> bool:
        """True if no post failed, and more remains than clients that do not read."""
        return not self.failed and self.remaining > self.unread


class DispatchClaimedError(DispatchIncompleteError):
    """Another task is dispatching the same version to the same target; this one is delivered again."""

    def __init__(self) -> None:
        super().__init__(1)


class ApplicationNotRunningError(LogicError):
    """A Flink application did not start."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(f"expected the application's status RUNNING, got {status}: {reason}")


class ImportTooLargeError(LogicError):
    """A dataset is larger than Personalize imports at once, and cannot be split."""

    def __init__(self, size_bytes: int, limit_bytes: int, remedy: str) -> None:
        super().__init__(f"expected at most {limit_bytes:,} bytes to import, got {size_bytes:,}; {remedy}")


def not_subscribed(match_id: str) -> ProtocolError:
    """Build the error for a match to which the connection is not subscribed."""
    return _wrong_match("NOT_SUBSCRIBED", "a match that this connection has subscribed to", match_id)


def unknown_match(match_id: str) -> ProtocolError:
    """Build the error for a match that was never announced."""
    return _wrong_match("UNKNOWN_MATCH", "a match that is being streamed", match_id)


def _wrong_match(code: str, expected: str, match_id: str) -> ProtocolError:
    return ProtocolError(
        code, f"matchId: expected {expected}, got {match_id!r}", field="matchId", expected=expected
    )

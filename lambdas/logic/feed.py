"""The feed intake: announced matches, and signals that are validated one by one."""

from dataclasses import dataclass
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Match
from domain.metrics import Metric
from domain.signal import Signal
from domain.validation import Reader
from lambdas.logic.errors import UnknownMatchError
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.feeds import Announcements, SignalStream
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry

MAX_SIGNALS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedIntake:
    """Announces matches, and writes providers' signals to the stream."""

    matches: MatchStore
    announcements: Announcements
    signals: SignalStream
    dead_letters: DeadLetters
    telemetry: Telemetry
    clock: Clock

    def announce(self, match_id: str, body: object) -> bool:
        """Add or replace a match; True if it is new.

        If publishing the announcement fails, the error reaches the provider, who repeats the request; it is
        idempotent.
        """
        match = Match.from_dict(body)
        if match.id != match_id:
            raise InvalidFieldError("id", f"the id of the path, {match_id}", match.id)
        is_new = self.matches.put_match(match)
        self.announcements.publish(match)
        return is_new

    def accept_signals(self, provider: str, body: object) -> dict[str, Any]:
        """Write the valid entries to the stream; return how many, and what is wrong with each other one."""
        reader = Reader(body)
        match_id = reader.text("match_id", max_length=100)
        entries = reader.raw("signals", "a list of signals")
        if not isinstance(entries, list) or len(entries) > MAX_SIGNALS:
            raise InvalidFieldError("signals", f"a list of at most {MAX_SIGNALS} entries", entries)
        if self.matches.match(match_id) is None:
            raise UnknownMatchError(match_id)
        accepted, rejected = self._validate(match_id, provider, entries)
        lost = {signal.id for signal in self.signals.put_signals(accepted)}
        rejected += [
            _rejection(
                index, InvalidFieldError(f"signals[{index}]", "room on the stream, post it again", "none")
            )
            for index, entry in enumerate(entries)
            if isinstance(entry, dict) and entry.get("id") in lost
        ]
        self.telemetry.count(Metric.SIGNALS_ACCEPTED, len(accepted) - len(lost))
        self.telemetry.count(Metric.REJECTED, len(rejected))
        return {"accepted": len(accepted) - len(lost), "rejected": rejected}

    def _validate(
        self, match_id: str, provider: str, entries: list[object]
    ) -> tuple[list[Signal], list[dict[str, Any]]]:
        received_at_ms = int(self.clock().timestamp() * 1000)
        accepted: list[Signal] = []
        rejected: list[dict[str, Any]] = []
        for index, entry in enumerate(entries):
            path = f"signals[{index}]"
            try:
                signal = Signal.from_dict(
                    {**_object(entry, path), "match_id": match_id, "source": provider}, path
                )
            except InvalidFieldError as error:
                rejected.append(_rejection(index, error))
                self.dead_letters.put_dead_letter(
                    source=f"feed:{provider}", reason=str(error), field=error.field, payload=repr(entry)
                )
            else:
                accepted.append(signal.received(received_at_ms))
        return accepted, rejected


def _object(entry: object, path: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise InvalidFieldError(path, "an object", entry)
    return entry


def _rejection(index: int, error: InvalidFieldError) -> dict[str, Any]:
    return {"index": index, "field": error.field, "expected": error.expected, "got": error.got}

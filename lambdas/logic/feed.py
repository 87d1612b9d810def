"""The feed intake: announced matches, and signals that are validated one by one."""

import json
from dataclasses import dataclass
from typing import Any

from domain.announced import Announced
from domain.dead_letter import DeadLetter
from domain.errors import InvalidFieldError
from domain.match import Match
from domain.metrics import Metric
from domain.signal import Signal
from domain.validation import Reader
from lambdas.logic.errors import StaleAnnouncementError, UnknownMatchError
from lambdas.logic.ports.clock import Clock
from lambdas.logic.ports.feeds import Announcements, SignalStream
from lambdas.logic.ports.matches import MatchStore
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry

MAX_SIGNALS = 500
MAX_MATCH_BYTES = 200_000
"""An item of DynamoDB holds 400 KB."""
OPERATOR = "operator"
"""The source of what operators state; no provider may use it."""


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
        """Add or replace a match; True if it is new. Raises StaleAnnouncementError for an older revision.

        If publishing the announcement fails, the error reaches the provider, who repeats the request; it is
        idempotent.
        """
        match = Match.from_dict(body)
        if match.id != match_id:
            raise InvalidFieldError("id", f"the id of the path, {match_id}", match.id)
        size = len(json.dumps(match.to_dict()))
        if size > MAX_MATCH_BYTES:
            raise InvalidFieldError("body", f"a match of at most {MAX_MATCH_BYTES} bytes as ASCII JSON", size)
        announced = self.matches.put_match(match)
        if announced is Announced.STALE:
            raise StaleAnnouncementError(match)
        self.announcements.publish(match)
        return announced is Announced.NEW

    def accept_signals(self, provider: str, body: object) -> dict[str, Any]:
        """Write the valid entries to the stream; return how many, and what is wrong with each other one."""
        if provider == OPERATOR:
            raise InvalidFieldError("provider", f"another name than {OPERATOR}", provider)
        reader = Reader(body)
        match_id = reader.text("match_id", max_length=100)
        entries = reader.raw("signals", "a list of signals")
        if not isinstance(entries, list) or len(entries) > MAX_SIGNALS:
            raise InvalidFieldError("signals", f"a list of at most {MAX_SIGNALS} entries", entries)
        if self.matches.match(match_id) is None:
            raise UnknownMatchError(match_id)
        valid, refused = self._validate(match_id, provider, entries)
        positions = list(valid)
        lost = [positions[index] for index in self.signals.put_signals(list(valid.values()))]
        self._keep(provider, entries, refused)
        refused |= {index: _lost(index) for index in lost}
        self.telemetry.count(Metric.SIGNALS_ACCEPTED, len(valid) - len(lost))
        self.telemetry.count(Metric.REJECTED, len(refused))
        return {
            "accepted": len(valid) - len(lost),
            "rejected": [_rejection(index, error) for index, error in sorted(refused.items())],
        }

    def _validate(
        self, match_id: str, provider: str, entries: list[object]
    ) -> tuple[dict[int, Signal], dict[int, InvalidFieldError]]:
        """Return the signals, and the errors of the other entries, by index."""
        received_at_ms = int(self.clock().timestamp() * 1000)
        valid: dict[int, Signal] = {}
        refused: dict[int, InvalidFieldError] = {}
        for index, entry in enumerate(entries):
            path = f"signals[{index}]"
            try:
                signal = Signal.from_dict(
                    {**_object(entry, path), "match_id": match_id, "source": provider}, path
                )
            except InvalidFieldError as error:
                refused[index] = error
            else:
                valid[index] = signal.received(received_at_ms)
        return valid, refused

    def _keep(self, provider: str, entries: list[object], refused: dict[int, InvalidFieldError]) -> None:
        """Send refused entries to the dead-letter queue; the provider has its answer even if that fails."""
        if not refused:
            return
        letters = [
            DeadLetter(
                source=f"feed:{provider}",
                reason=str(error),
                field=error.field,
                payload=_json(entries[index]),
            )
            for index, error in refused.items()
        ]
        lost = self.dead_letters.try_dead_letters(letters)
        if lost:
            self.telemetry.count(Metric.DEAD_LETTERS_LOST, lost)
            self.telemetry.warning("dead letters lost", source=f"feed:{provider}", letters=lost)


def _json(entry: object) -> str:
    try:
        return json.dumps(entry)
    except RecursionError:
        return json.dumps("an entry that is nested too deeply to be shown")


def _lost(index: int) -> InvalidFieldError:
    return InvalidFieldError(f"signals[{index}]", "room on the stream, post it again", "none")


def _object(entry: object, path: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise InvalidFieldError(path, "an object", entry)
    return entry


def _rejection(index: int, error: InvalidFieldError) -> dict[str, Any]:
    return {"index": index, "field": error.field, "expected": error.expected, "got": error.got}

"""An operator's operation: one command on one match, with its reason."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.context import MatchContext
from domain.controls import read_types
from domain.match import Match, Score, Side
from domain.match_event import MatchEventType
from domain.moment import OPERATOR, Moment, MomentType
from domain.operator_entry import OperatorEntry, times_on_screen
from domain.validation import Reader

MIN_STEP_SECONDS = 0.001
"""How much later in play than the newest state an injected moment is."""


class Command(StrEnum):
    """Commands on a match."""

    INJECT = "inject"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    FREEZE = "freeze"
    THAW = "thaw"
    CORRECT_SCORE = "correct_score"
    WITHDRAW = "withdraw"
    SEND_OFF = "send_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """A moment that an operator injects, for components only: the detectors do not know it.

    Fields left out are taken from the match's current state.
    """

    type: MomentType
    side: Side | None = None
    player: str | None = None
    score: Score | None = None

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Injection":
        """Read an injection; raises InvalidFieldError for the first invalid field."""
        reader = Reader(value, path)
        return Injection(
            type=reader.choice("type", MomentType),
            side=reader.optional(reader.choice, "side", Side),
            player=reader.optional(reader.text, "player", max_length=100),
            score=reader.optional(reader.nested, "score", Score.from_dict),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form without absent fields."""
        return _present(
            {
                "type": self.type.value,
                "side": self.side and self.side.value,
                "player": self.player,
                "score": self.score and self.score.to_dict(),
            }
        )

    def moment(self, context: MatchContext, match: Match, entry_id: str, now_ms: int) -> Moment:
        """Build the moment: in play just after the newest state, on screens from now on.

        It is later in play by the smallest step, so that moments which the feed still reports are not late.
        `entry_id` identifies it, as it does what an operator states.
        """
        occurred_at, media_time = times_on_screen(context, match, now_ms)
        return Moment(
            id=f"{match.id}:{self.type.value}:{entry_id}",
            match_id=match.id,
            type=self.type,
            signal_id=entry_id,
            period=max(1, context.order[0]),
            clock_seconds=round(context.order[1] + MIN_STEP_SECONDS, 3),
            occurred_at=occurred_at,
            media_time=media_time,
            score=self.score or context.score,
            side=self.side,
            player=self.player,
            home_sent_off=context.home_sent_off,
            away_sent_off=context.away_sent_off,
            details={"source": OPERATOR},
            received_at_ms=now_ms,
            detected_at_ms=now_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One command; fields that it does not use are empty.

    An empty `held_types` of a hold stands for every type. A release without `moment_id` releases all held
    moments and ends the hold.
    """

    command: Command
    match_id: str
    reason: str
    held_types: frozenset[MomentType] = field(default=frozenset())
    moment_id: str | None = None
    component_id: str | None = None
    injection: Injection | None = None
    entry: OperatorEntry | None = None

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Operation":
        """Read an operation; raises InvalidFieldError for the first invalid field."""
        reader = Reader(value, path)
        command = reader.choice("command", Command)
        names_moment = command is Command.CANCEL or (command is Command.RELEASE and reader.has("momentId"))
        return Operation(
            command=command,
            match_id=reader.text("matchId", max_length=100),
            reason=reader.text("reason", max_length=300),
            held_types=read_types(reader, "types") if command is Command.HOLD else frozenset(),
            moment_id=reader.text("momentId", max_length=500) if names_moment else None,
            component_id=reader.text("componentId", max_length=256)
            if command in (Command.FREEZE, Command.THAW)
            else None,
            injection=reader.nested("moment", Injection.from_dict) if command is Command.INJECT else None,
            entry=_read_entry(command, reader),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form for the audit log, without absent fields."""
        return _present(
            {
                "command": self.command.value,
                "types": sorted(self.held_types) or None,
                "momentId": self.moment_id,
                "componentId": self.component_id,
                "moment": self.injection and self.injection.to_dict(),
                **(self.entry.to_dict() if self.entry else {}),
            }
        )


def _read_entry(command: Command, reader: Reader) -> OperatorEntry | None:
    match command:
        case Command.CORRECT_SCORE:
            return OperatorEntry(
                type=MatchEventType.SCORE_CORRECTION, score=reader.nested("score", Score.from_dict)
            )
        case Command.WITHDRAW:
            return OperatorEntry(
                type=MatchEventType.ENTRY_WITHDRAWN, entry_id=reader.text("entryId", max_length=200)
            )
        case Command.SEND_OFF:
            return OperatorEntry(
                type=MatchEventType.CARD,
                side=reader.choice("side", Side),
                player=reader.optional(reader.text, "player", max_length=100),
            )
        case _:
            return None


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}

"""What an operator states about a match: an entry of the signals stream, like those of a feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.context import MatchContext
from domain.match import Match, Score, Side
from domain.match_event import Card, MatchEvent, MatchEventType
from domain.moment import OPERATOR
from domain.signal import Signal, SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEntry:
    """A corrected score, an entry that is withdrawn, or a player who is sent off."""

    type: MatchEventType
    score: Score | None = None
    entry_id: str | None = None
    side: Side | None = None
    player: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of the command, without absent ones."""
        fields = {
            "score": self.score and self.score.to_dict(),
            "entryId": self.entry_id,
            "side": self.side and self.side.value,
            "player": self.player,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def signal(self, context: MatchContext, match: Match, entry_id: str, now_ms: int) -> Signal:
        """Build the signal, at the newest position in play that is known; `entry_id` identifies the entry."""
        occurred_at, media_time = times_on_screen(context, match, now_ms)
        period, clock_seconds = context.order[:2]
        return Signal(
            id=entry_id,
            match_id=match.id,
            source=OPERATOR,
            kind=SignalKind.MATCH_EVENT,
            occurred_at=occurred_at,
            media_time=media_time,
            match_event=MatchEvent(
                id=entry_id,
                type=self.type,
                period=max(1, period),
                clock_seconds=clock_seconds,
                side=self.side,
                player=self.player,
                related_id=self.entry_id,
                card=Card.RED if self.type is MatchEventType.CARD else None,
                score=self.score,
            ),
            received_at_ms=now_ms,
        )


def times_on_screen(context: MatchContext, match: Match, now_ms: int) -> tuple[datetime, datetime | None]:
    """Return the time of the match and of the media that viewers see now, by the newest headline.

    One that was cancelled counts too: its components were wrong, its times were not.
    """
    headlines = (each.headline for each in (context, *reversed(context.earlier)))
    newest = next((headline for headline in headlines if headline is not None), None)
    if newest is None:
        return match.kick_off, None
    elapsed = timedelta(milliseconds=max(0, now_ms - (newest.detected_at_ms or now_ms)))
    return (
        newest.occurred_at + elapsed,
        newest.media_time + elapsed if newest.media_time else None,
    )

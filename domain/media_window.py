"""When placements may be shown, in the time of the stream that viewers watch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.match import Match
from domain.moment import Moment
from domain.salience import SALIENCE
from domain.validation import format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaWindow:
    """When placements may be shown, in the programme date time of the stream."""

    not_before: datetime
    valid_until: datetime
    media_time: datetime | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Return the `media` object of a `components` message."""
        return {
            "time": format_instant(self.media_time) if self.media_time else None,
            "notBefore": format_instant(self.not_before),
            "validUntil": format_instant(self.valid_until),
        }

    @staticmethod
    def of(headline: Moment | None, match: Match) -> "MediaWindow":
        """Return the window of the placements for a headline: from it on, while it is fresh.

        Without a headline the window opens a day before kick-off, for viewers who are early.
        """
        if headline is None:
            return MediaWindow(
                not_before=match.kick_off - timedelta(days=1), valid_until=match.kick_off + timedelta(hours=4)
            )
        opens = headline.media_time or headline.occurred_at
        fresh = timedelta(seconds=SALIENCE[headline.type].valid_seconds)
        return MediaWindow(not_before=opens, valid_until=opens + fresh, media_time=headline.media_time)

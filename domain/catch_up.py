"""Earlier context versions for an app that reconnects, or that joins with a delayed picture."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.context import MatchContext
from domain.match import Match

REWIND = timedelta(minutes=5)
"""How far a viewer may rewind, and the assumed delay of a viewer whose playhead is unknown."""


def versions_to_catch_up(newest: MatchContext, match: Match, playhead: datetime | None) -> list[MatchContext]:
    """Return the earlier versions that a picture can still reach, oldest first.

    `playhead` is in media time; None stands for the start of the newest version's window. The picture may be
    rewound by up to `REWIND`. A version is shown from the start of its window until a newer version's window
    starts or its own ends; a version that was superseded before its window started is left out. Components
    that an operator has frozen since then stay frozen.
    """
    superseded_at = newest.media_window(match).not_before
    at = playhead or superseded_at
    versions: list[MatchContext] = []
    for context in reversed(newest.earlier):
        if superseded_at + REWIND <= at:
            break
        window = context.media_window(match)
        if window.not_before >= superseded_at:
            continue
        superseded_at = window.not_before
        if window.valid_until + REWIND > at:
            versions.append(replace(context, frozen=newest.frozen))
    return versions[::-1]

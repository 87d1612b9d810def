"""What an app that was away, or that has just come, needs of the versions before the newest."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.context import MatchContext
from domain.match import Match

REWIND = timedelta(minutes=5)
"""How far a viewer may jump back in the programme, and how far behind one is taken to be who has not said."""


def versions_still_due(newest: MatchContext, match: Match, playhead: datetime | None) -> list[MatchContext]:
    """Earlier versions that a picture from `REWIND` before `playhead` on can come to show, oldest first.

    `playhead` is in the programme's time; None stands for the opening of the newest version. A version is due
    from the opening of its window until a newer one's window opens or its own ends, so one that a newer
    version overtook before it was due is none of them. What an operator keeps off the screens now stays off.
    """
    overtaken_at = newest.media_window(match).not_before
    at = playhead or overtaken_at
    due: list[MatchContext] = []
    for context in reversed(newest.earlier):
        if overtaken_at + REWIND <= at:
            break
        window = context.media_window(match)
        if window.not_before >= overtaken_at:
            continue
        overtaken_at = window.not_before
        if window.valid_until + REWIND > at:
            due.append(replace(context, frozen=newest.frozen))
    return due[::-1]

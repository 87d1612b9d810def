"""Earlier context versions for an app that reconnects, or that joins with a delayed picture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.context import MatchContext
from domain.match import Match
from domain.media_window import MediaWindow

REWIND = timedelta(minutes=5)
"""How far a viewer may rewind, and the assumed delay of a viewer whose playhead is unknown."""


def versions_to_catch_up(newest: MatchContext, match: Match, playhead: datetime | None) -> list[MatchContext]:
    """Return the earlier versions that a picture can still reach, oldest first.

    `playhead` is in media time; None stands for the start of the newest version's window. Components that an
    operator has frozen since then stay frozen.
    """
    window = newest.media_window(match)
    windows = [context.media_window(match) for context in newest.earlier]
    due = reachable(windows, window, playhead or window.not_before)
    return [replace(newest.earlier[index], frozen=newest.frozen) for index in due]


def reachable(earlier: Sequence[MediaWindow], newest: MediaWindow, at: datetime) -> list[int]:
    """Return the indices of the earlier windows, oldest first, that a picture at this media time can reach.

    The picture may be rewound by up to `REWIND`. A version is shown from the start of its window until a
    newer version's window starts or its own ends; a version that was superseded before its window started is
    left out.
    """
    superseded_at = newest.not_before
    due: list[int] = []
    for index in reversed(range(len(earlier))):
        if superseded_at + REWIND <= at:
            break
        window = earlier[index]
        if window.not_before >= superseded_at:
            continue
        superseded_at = window.not_before
        if window.valid_until + REWIND > at:
            due.append(index)
    return due[::-1]

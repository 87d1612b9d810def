"""After a goal the app sells nothing for a while; the terminal shows the same.

The app's rule is in client/shell/src/regions/withoutSelling.ts and client/shell/src/stage/announcement.ts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from domain.moment import MomentType
from domain.subject import GOAL_MOMENTS
from local.play.replay.persona import Message
from local.play.replay.persona_screen import ScreenKind, Shown

SELLING_TYPES = frozenset({"advert", "bet_slip", "food_offer", "merchandise"})
"""The component types of the catalogue's categories for adverts, bets and commerce."""
QUIET_SECONDS = 20.0
"""Seconds of the picture after a goal."""


def is_quiet(reached: Sequence[Message], seconds_since: Callable[[datetime], float]) -> bool:
    """True if the picture has reached a goal of these versions, oldest first, and not long ago.

    `seconds_since` returns how many seconds ago the picture reached a programme time.
    """
    return any(0 <= seconds_since(scored_at) < QUIET_SECONDS for scored_at in _goals(reached))


def without_selling(shown: Shown) -> Shown:
    """Return a screen without the components that sell; their slots stay empty."""
    left = {slot: each for slot, each in shown.placements.items() if each["type"] not in SELLING_TYPES}
    return replace(shown, kind=shown.kind if left else ScreenKind.NOTHING, placements=left)


def _goals(reached: Sequence[Message]) -> Iterator[datetime]:
    """Yield the programme time of each goal; several moments may tell of one."""
    before = 0
    for message in reached:
        scored, moment = sum(message["score"]), message.get("moment")
        if moment and MomentType(moment["type"]) in GOAL_MOMENTS and scored > before:
            yield datetime.fromisoformat(message["media"]["notBefore"])
        before = scored

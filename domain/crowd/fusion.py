"""What the crowd noticed, put beside what the feed told."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.moment import Moment, MomentType
from domain.salience import SALIENCE
from domain.validation import format_instant

CROWD_LAG = timedelta(seconds=180)
"""How long after a moment the crowd may still be speaking of it."""
FEED_LAG = timedelta(seconds=60)
"""How long after the crowd the feed may tell what it was about."""
NOTICED_BY_CROWDS = frozenset(
    {
        MomentType.KICK_OFF,
        MomentType.GOAL,
        MomentType.OWN_GOAL,
        MomentType.GOAL_DISALLOWED,
        MomentType.PENALTY_AWARDED,
        MomentType.PENALTY_MISSED,
        MomentType.RED_CARD,
        MomentType.HALF_TIME,
        MomentType.FULL_TIME,
        MomentType.EXTRA_TIME,
        MomentType.SHOOT_OUT,
    }
)
"""What crowds speak up about: things that happened, not what follows from them."""
REMEMBERED = 8
REVISES = "revises"


class Fusion:
    """Finds the moment that a reaction of the crowd is about, or the reaction that a moment explains."""

    def __init__(self) -> None:
        self._told: deque[Moment] = deque(maxlen=REMEMBERED)
        self._unexplained: deque[tuple[datetime, dict[str, Any]]] = deque(maxlen=REMEMBERED)

    def feed(self, moments: Sequence[Moment]) -> list[Moment]:
        """The feed's moments, decorated where the crowd was ahead of them."""
        found = []
        for moment in moments:
            if moment.type in NOTICED_BY_CROWDS:
                moment = self._decorated_by_earlier(moment)
                self._told.append(moment)
            found.append(moment)
        return found

    def reaction(self, own: Moment) -> Moment:
        """The moment that explains the crowd's own, decorated, under a new id; else the crowd's own."""
        about = [
            told
            for told in self._told
            if -FEED_LAG <= own.occurred_at - told.occurred_at <= CROWD_LAG
            and not told.details.get("retracted")
        ]
        if not about:
            self._unexplained.append((own.occurred_at, own.details))
            return own
        cause = max(about, key=lambda moment: (moment.occurred_at, SALIENCE[moment.type].rank, moment.id))
        decorated = _anew(cause, own.details)
        self._told[self._told.index(cause)] = decorated
        return decorated

    def _decorated_by_earlier(self, moment: Moment) -> Moment:
        details = dict(moment.details)
        for at, reaction in self._unexplained:
            if timedelta(0) <= at - moment.occurred_at <= CROWD_LAG:
                details |= reaction
        return replace(moment, details=details)

    def state(self) -> dict[str, Any]:
        """JSON-safe and bounded."""
        return {
            "told": [moment.to_dict() for moment in self._told],
            "unexplained": [[format_instant(at), details] for at, details in self._unexplained],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._told = deque((Moment.from_dict(moment) for moment in state["told"]), maxlen=REMEMBERED)
        self._unexplained = deque(
            ((datetime.fromisoformat(at), details) for at, details in state["unexplained"]), maxlen=REMEMBERED
        )


def _anew(moment: Moment, details: Mapping[str, Any]) -> Moment:
    """The moment with more details: an edition `<id>~<n>` that names the first, as revisions do."""
    first, _, revision = moment.id.partition("~")
    number = revision.partition("~")[0] or "0"
    edition = f"{first}~{number}" if moment.id == first else f"{moment.id}~{number}"
    return replace(
        moment,
        id=edition,
        details={**moment.details, **details, REVISES: moment.details.get(REVISES, first)},
        received_at_ms=None,
    )

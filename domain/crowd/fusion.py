"""Match reactions of the crowd with moments of the feed."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.moment import REVISES, Moment, MomentType
from domain.salience import SALIENCE
from domain.validation import format_instant

CROWD_LAG = timedelta(seconds=180)
"""How long after a moment the crowd may react to it."""
FEED_LAG = timedelta(seconds=60)
"""How long after the crowd's reaction the feed may report its cause."""
CAUSES = frozenset(
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
"""Moments that crowds react to: what happened, not what was derived from it."""
MAX_KEPT = 8


class Fusion:
    """Finds the moment that caused a reaction of the crowd, whichever of the two comes first."""

    def __init__(self) -> None:
        self._published: deque[Moment] = deque(maxlen=MAX_KEPT)
        self._unexplained: deque[tuple[datetime, dict[str, Any]]] = deque(maxlen=MAX_KEPT)

    def decorate(self, moments: Sequence[Moment]) -> list[Moment]:
        """Return the feed's moments, with the crowd's details where the crowd reacted first."""
        decorated = []
        for moment in moments:
            if moment.type in CAUSES:
                self._forget(moment)
                if not moment.is_retracted:
                    moment = self._with_earlier_reactions(moment)
                    self._published.append(moment)
            decorated.append(moment)
        return decorated

    def resolve(self, reaction: Moment) -> Moment:
        """Return a revision of the moment that caused a reaction, or the reaction if none is known."""
        causes = [
            moment
            for moment in self._published
            if -FEED_LAG <= reaction.occurred_at - moment.occurred_at <= CROWD_LAG
        ]
        if not causes:
            self._unexplained.append((reaction.occurred_at, reaction.details))
            return reaction
        cause = max(causes, key=lambda moment: (moment.occurred_at, SALIENCE[moment.type].rank, moment.id))
        decorated = _revision(cause, reaction.details)
        self._published[self._published.index(cause)] = decorated
        return decorated

    def _forget(self, moment: Moment) -> None:
        """Remove the earlier revisions of a moment."""
        for earlier in [each for each in self._published if each.root_id == moment.root_id]:
            self._published.remove(earlier)

    def _with_earlier_reactions(self, moment: Moment) -> Moment:
        details = dict(moment.details)
        for at, reaction_details in self._unexplained:
            if timedelta(0) <= at - moment.occurred_at <= CROWD_LAG:
                details |= reaction_details
        return replace(moment, details=details)

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "told": [moment.to_dict() for moment in self._published],
            "unexplained": [[format_instant(at), details] for at, details in self._unexplained],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._published = deque((Moment.from_dict(moment) for moment in state["told"]), maxlen=MAX_KEPT)
        self._unexplained = deque(
            ((datetime.fromisoformat(at), details) for at, details in state["unexplained"]), maxlen=MAX_KEPT
        )


def _revision(moment: Moment, details: Mapping[str, Any]) -> Moment:
    """Return a revision of the moment, `<id>~<n>`, with more details."""
    first, _, revision = moment.id.partition("~")
    number = revision.partition("~")[0] or "0"
    revision_id = f"{first}~{number}" if moment.id == first else f"{moment.id}~{number}"
    return replace(
        moment,
        id=revision_id,
        details={**moment.details, **details, REVISES: moment.details.get(REVISES, first)},
        received_at_ms=None,
    )

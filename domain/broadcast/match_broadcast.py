"""Everything that watches the broadcast of one match: it tells where in the programme a moment is."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.broadcast.media_clock import MediaClock
from domain.broadcast.score_confirmation import ScoreConfirmation
from domain.broadcast.sighting import EVIDENCE, SCOREBOARD, Sighting
from domain.detection.published_moment import RETRACTED, REVISES
from domain.moment import Moment
from domain.signal import Signal

REMEMBERED_SIGHTINGS = 64
REMEMBERED_MOMENTS = 16
MIN_CONFIDENCE = 0.7


class MatchBroadcast:
    """Decorates the feed's moments with media time, before or after the picture shows them; invents none.

    The scoreboard's clock places any moment to the second. Where no clock is shown, a sighting places it:
    the first frame with the new score, the word "goal", a card. A score that the feed does not know waits for
    the feed, and is forgotten if the feed never tells of it.
    """

    def __init__(self) -> None:
        self._clock = MediaClock()
        self._confirmation = ScoreConfirmation()
        self._sightings: deque[Sighting] = deque(maxlen=REMEMBERED_SIGHTINGS)
        self._unplaced: deque[Moment] = deque(maxlen=REMEMBERED_MOMENTS)

    def decorate(self, moments: Sequence[Moment]) -> tuple[Moment, ...]:
        """The moments, with media time where it is known by now; the others are remembered."""
        return tuple(self._decorated(moment) for moment in moments)

    def observe(self, signal: Signal) -> tuple[Moment, ...]:
        """Moments told before that this observation places: new editions of them, with media time."""
        observation, media_time = signal.observation, signal.media_time
        if observation is None or media_time is None or observation.confidence < MIN_CONFIDENCE:
            return ()
        if observation.clock_seconds is not None:
            self._clock.observe(media_time, observation.clock_seconds)
        if observation.score is not None:
            shown = self._confirmation.observe(media_time, observation.score)
            if shown is not None:
                self._sightings.append(
                    Sighting(label=SCOREBOARD, media_time=shown.first_shown_at, score=shown.score)
                )
        elif observation.label in EVIDENCE and observation.label != SCOREBOARD:
            self._sightings.append(Sighting(label=observation.label, media_time=media_time))
        return tuple(self._place_those_before())

    def _decorated(self, moment: Moment) -> Moment:
        for earlier in [each for each in self._unplaced if _first(each) == _first(moment)]:
            self._unplaced.remove(earlier)
        if moment.media_time is not None or moment.details.get(RETRACTED):
            return moment
        media_time = self._media_time(moment)
        if media_time is None:
            self._unplaced.append(moment)
            return moment
        return replace(moment, media_time=media_time)

    def _place_those_before(self) -> list[Moment]:
        placed = []
        for moment in tuple(self._unplaced):
            media_time = self._media_time(moment)
            if media_time is not None:
                self._unplaced.remove(moment)
                placed.append(_edition(moment, media_time))
        return placed

    def _media_time(self, moment: Moment) -> datetime | None:
        by_clock = self._clock.media_time(moment.period, moment.clock_seconds, moment.occurred_at)
        if by_clock is not None:
            return by_clock
        return min(
            (sighting.media_time for sighting in self._sightings if sighting.shows(moment)), default=None
        )

    def state(self) -> dict[str, Any]:
        """Everything that a checkpoint must hold, JSON-safe and bounded."""
        return {
            "clock": self._clock.state(),
            "confirmation": self._confirmation.state(),
            "sightings": [sighting.to_list() for sighting in self._sightings],
            "unplaced": [moment.to_dict() for moment in self._unplaced],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._clock.restore(state["clock"])
        self._confirmation.restore(state["confirmation"])
        self._sightings = deque(map(Sighting.from_list, state["sightings"]), maxlen=REMEMBERED_SIGHTINGS)
        self._unplaced = deque(map(Moment.from_dict, state["unplaced"]), maxlen=REMEMBERED_MOMENTS)


def _first(moment: Moment) -> str:
    return moment.id.partition("~")[0]


def _edition(moment: Moment, media_time: datetime) -> Moment:
    """The moment with its media time under an id of its own that names the first, as revisions do.

    The id sorts after the edition that it completes and before the next revision, which says more; like every
    edition's, it ends in the number of its revision.
    """
    number = (*moment.id.split("~"), "0")[1]
    edition = moment.id if "~" in moment.id else f"{moment.id}~0"
    return replace(
        moment,
        id=f"{edition}~media~{number}",
        media_time=media_time,
        details={**moment.details, REVISES: moment.details.get(REVISES, _first(moment))},
        received_at_ms=None,
    )

"""The broadcast of one match: finds the media time of each moment."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.broadcast.media_clock import MediaClock
from domain.broadcast.score_confirmation import ScoreConfirmation
from domain.broadcast.sighting import EVIDENCE, SCOREBOARD, Sighting
from domain.moment import RETRACTED, REVISES, Moment
from domain.signal import Signal

MAX_SIGHTINGS = 64
MAX_UNPLACED = 16
MIN_CONFIDENCE = 0.7


class MatchBroadcast:
    """Adds media time to the feed's moments, whether they come before or after the picture shows them.

    The scoreboard's clock gives the media time of any moment to the second. Without a clock, a sighting gives
    it: the first frame with the new score, the word "goal", a card. The broadcast never creates a moment: a
    score that the feed does not confirm is dropped.
    """

    def __init__(self) -> None:
        self._clock = MediaClock()
        self._confirmation = ScoreConfirmation()
        self._sightings: deque[Sighting] = deque(maxlen=MAX_SIGHTINGS)
        self._unplaced: deque[Moment] = deque(maxlen=MAX_UNPLACED)

    def decorate(self, moments: Sequence[Moment]) -> tuple[Moment, ...]:
        """Return the moments, with media time where it is known; the others are kept until it is."""
        return tuple(self._decorate_one(moment) for moment in moments)

    def observe(self, signal: Signal) -> tuple[Moment, ...]:
        """Return new revisions of earlier moments whose media time this observation reveals."""
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
        return tuple(self._place_earlier())

    def _decorate_one(self, moment: Moment) -> Moment:
        for earlier in [each for each in self._unplaced if _first_id(each) == _first_id(moment)]:
            self._unplaced.remove(earlier)
        if moment.media_time is not None or moment.details.get(RETRACTED):
            return moment
        media_time = self._media_time(moment)
        if media_time is None:
            self._unplaced.append(moment)
            return moment
        return replace(moment, media_time=media_time)

    def _place_earlier(self) -> list[Moment]:
        placed = []
        for moment in tuple(self._unplaced):
            media_time = self._media_time(moment)
            if media_time is not None:
                self._unplaced.remove(moment)
                placed.append(_placed_revision(moment, media_time))
        return placed

    def _media_time(self, moment: Moment) -> datetime | None:
        by_clock = self._clock.media_time(moment.period, moment.clock_seconds, moment.occurred_at)
        if by_clock is not None:
            return by_clock
        return min(
            (sighting.media_time for sighting in self._sightings if sighting.shows(moment)), default=None
        )

    def state(self) -> dict[str, Any]:
        """Return the state for a checkpoint: JSON-safe and bounded."""
        return {
            "clock": self._clock.state(),
            "confirmation": self._confirmation.state(),
            "sightings": [sighting.to_list() for sighting in self._sightings],
            "unplaced": [moment.to_dict() for moment in self._unplaced],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state of a checkpoint."""
        self._clock.restore(state["clock"])
        self._confirmation.restore(state["confirmation"])
        self._sightings = deque(map(Sighting.from_list, state["sightings"]), maxlen=MAX_SIGHTINGS)
        self._unplaced = deque(map(Moment.from_dict, state["unplaced"]), maxlen=MAX_UNPLACED)


def _first_id(moment: Moment) -> str:
    return moment.id.partition("~")[0]


def _placed_revision(moment: Moment, media_time: datetime) -> Moment:
    """Return a revision of the moment that adds its media time.

    Its id sorts after the revision that it completes and before the next one, and ends in the number of the
    revision, as all do.
    """
    number = (*moment.id.split("~"), "0")[1]
    completed = moment.id if "~" in moment.id else f"{moment.id}~0"
    return replace(
        moment,
        id=f"{completed}~media~{number}",
        media_time=media_time,
        details={**moment.details, REVISES: moment.details.get(REVISES, _first_id(moment))},
        received_at_ms=None,
    )

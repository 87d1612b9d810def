"""What was published of a match: each moment once, its changes as revisions, and what did not happen."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from domain.detection.published_moment import PublishedMoment, fingerprint_of, revised
from domain.moment import RETRACTED, Moment
from domain.situation import Situation


class Publication:
    """Compares the moments of the story with those published, and returns only what is new."""

    def __init__(self, match_id: str) -> None:
        self._match_id = match_id
        self._published: dict[str, PublishedMoment] = {}

    def publish(self, moments: Iterable[Moment], received_at_ms: int | None) -> tuple[Moment, ...]:
        """Return the moments that were not published yet, or that changed since."""
        found = []
        for moment in moments:
            fingerprint = fingerprint_of(moment)
            published = self._published.get(moment.id)
            if published is not None and published.fingerprint == fingerprint:
                continue
            revision = 0 if published is None else published.revision + 1
            self._published[moment.id] = PublishedMoment.of(moment, fingerprint, revision)
            found.append(replace(revised(moment, revision), received_at_ms=received_at_ms))
        return tuple(found)

    def retract_others(
        self, moments: Iterable[Moment], situation: Situation, received_at_ms: int | None
    ) -> tuple[Moment, ...]:
        """Return retractions of what was published and is not among the moments of the story."""
        standing = {moment.id for moment in moments}
        return tuple(
            self._retract(moment_id, published, situation, received_at_ms)
            for moment_id, published in sorted(self._published.items())
            if moment_id not in standing and not published.is_retracted
        )

    def state(self) -> dict[str, Any]:
        """Return what was published in JSON-safe form."""
        return {moment_id: published.to_list() for moment_id, published in self._published.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore what was published from its state."""
        self._published = {
            moment_id: PublishedMoment.from_list(published) for moment_id, published in state.items()
        }

    def _retract(
        self,
        moment_id: str,
        published: PublishedMoment,
        situation: Situation,
        received_at_ms: int | None,
    ) -> Moment:
        published.fingerprint = RETRACTED
        published.revision += 1
        retraction = Moment(
            id=moment_id,
            match_id=self._match_id,
            type=published.type,
            signal_id=published.signal_id,
            period=published.period,
            clock_seconds=published.clock_seconds,
            occurred_at=published.occurred_at,
            score=situation.score,
            home_sent_off=situation.home_sent_off,
            away_sent_off=situation.away_sent_off,
            details={RETRACTED: True},
            received_at_ms=received_at_ms,
        )
        return revised(retraction, published.revision)

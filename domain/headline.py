"""The headline: the moment that screens are about, and when another one takes its place."""

from collections.abc import Iterable
from math import inf

from domain.moment import BACKGROUND, OPERATOR, Moment, revision_of
from domain.salience import SALIENCE, takes_over


def next_headline(
    headline: Moment | None, moment: Moment, seen: Iterable[str], *, is_newer: bool
) -> Moment | None:
    """Return the headline once a moment is merged.

    A revision replaces the headline that it revises, and a retraction removes it. `seen` are the ids of the
    moments merged before, `is_newer` is true if the moment carries the newest state.
    """
    if _is_outdated(moment, seen):
        return headline
    if headline is not None and headline.root_id == moment.root_id:
        if moment.is_before(headline):
            return headline
        return None if moment.is_retracted else moment
    if moment.is_retracted or (moment.sequence is None and not is_newer):
        return headline
    return moment if _takes_headline(headline, moment) else headline


def _is_outdated(moment: Moment, seen: Iterable[str]) -> bool:
    """True if a later revision of the moment was merged already."""
    revisions = f"{moment.root_id}~"
    return any(known.startswith(revisions) and revision_of(known) > moment.revision for known in seen)


def _takes_headline(headline: Moment | None, moment: Moment) -> bool:
    if moment.details.get("source") == OPERATOR:
        return True
    if moment.details.get(BACKGROUND):
        return False
    salience = SALIENCE[moment.type]
    if _seconds_old(moment) > salience.valid_seconds:
        return False
    if headline is None:
        return True
    if moment.period != headline.period:
        return moment.period > headline.period
    rank, held = salience.rank, SALIENCE[headline.type].rank
    later_by = moment.clock_seconds - headline.clock_seconds
    if later_by == 0 and rank == held:
        return moment.revision == 0 and _publication_order(moment) > _publication_order(headline)
    return takes_over(rank, held, later_by)


def _seconds_old(moment: Moment) -> float:
    """Return how far play had gone on when the moment was published; infinity for an earlier period."""
    now = moment.situation
    if now is None or moment.period > now.period:
        return 0.0
    return now.clock_seconds - moment.clock_seconds if moment.period == now.period else inf


def _publication_order(moment: Moment) -> tuple[int, str]:
    return (-1 if moment.sequence is None else moment.sequence, moment.id)

"""Running signals through an engine and into the context of the match, and what is left standing."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from domain.context import MatchContext, initial_context, merge, remember
from domain.detection.engine import MatchEngine
from domain.detection.outcome import Refusal, Verdict
from domain.moment import REVISES, Moment
from domain.signal import Signal
from domain.situation import Situation
from tests.support.match_moments import MATCH


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the engine published and refused, and the context that the moments led to."""

    moments: tuple[Moment, ...]
    verdicts: tuple[tuple[str, Verdict], ...]
    refusals: tuple[Refusal, ...]
    situation: Situation
    context: MatchContext
    contexts: tuple[MatchContext, ...] = field(repr=False)

    @property
    def standing(self) -> list[Moment]:
        """Return the moments that stand: the last revision of each, without those retracted."""
        return standing_moments(self.moments)

    def refused(self) -> dict[str, str]:
        """Return the reason of each refusal, by the id of the signal."""
        return {refusal.signal.id: refusal.reason for refusal in self.refusals}


def detect(signals: Sequence[Signal], *, delivered: random.Random | None = None) -> Run:
    """Run signals through a fresh engine; `delivered` shuffles the delivery of moments to the context."""
    match_id = signals[0].match_id if signals else MATCH.id
    engine = MatchEngine(match_id)
    moments: list[Moment] = []
    verdicts: list[tuple[str, Verdict]] = []
    refusals: list[Refusal] = []
    for signal in signals:
        outcome = engine.observe(signal)
        moments += outcome.moments
        verdicts.append((signal.id, outcome.verdict))
        refusals += outcome.late_refusals
        if outcome.refusal is not None:
            refusals.append(Refusal(signal=signal, reason=outcome.refusal))
    contexts = merged(match_id, moments, delivered)
    return Run(
        moments=tuple(moments),
        verdicts=tuple(verdicts),
        refusals=tuple(refusals),
        situation=engine.situation,
        context=contexts[-1],
        contexts=tuple(contexts),
    )


def merged(
    match_id: str, moments: Iterable[Moment], delivered: random.Random | None = None
) -> list[MatchContext]:
    """Return the versions of the context as the moments are merged one by one."""
    match = replace(MATCH, id=match_id)
    coming = list(moments)
    if delivered is not None:
        delivered.shuffle(coming)
    versions = [initial_context(match)]
    for moment in coming:
        context = versions[-1]
        after = merge(context, match, [moment])
        if after is not None:
            versions.append(after)
        else:
            versions[-1] = remember(context, match, [moment]) or context
    return versions


def standing_moments(moments: Iterable[Moment]) -> list[Moment]:
    """Return the last revision of each moment, without those retracted, in the order of their ids."""
    last: dict[str, Moment] = {}
    for moment in moments:
        last[moment.root_id] = moment
    return [last[root_id] for root_id in sorted(last) if not last[root_id].is_retracted]


def standing_contents(moments: Iterable[Moment]) -> dict[str, tuple[object, ...]]:
    """Return what viewers see of each moment that stands, by the id of its first revision."""
    return {moment.root_id: content_of(moment) for moment in standing_moments(moments)}


def content_of(moment: Moment) -> tuple[object, ...]:
    """Return what viewers see of a moment: everything but ids and wall times."""
    details = sorted((name, value) for name, value in moment.details.items() if name != REVISES)
    return (
        moment.type,
        moment.order,
        moment.score,
        moment.side,
        moment.player,
        moment.penalty,
        moment.home_sent_off,
        moment.away_sent_off,
        tuple(details),
    )

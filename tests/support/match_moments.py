"""Hypothesis strategies for the domain's values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from domain.match import Score, Side, Venue
from domain.moment import Moment, MomentType
from tests.support.builders import a_match

KICK_OFF = datetime(2021, 6, 11, 19, 0, 30, tzinfo=UTC)
MATCH = replace(a_match("m1"), venue=Venue(name="Stadio Olimpico", neutral=True), kick_off=KICK_OFF)

scores = st.builds(Score, home=st.integers(0, 9), away=st.integers(0, 9))


def moment(
    number: int,
    kind: MomentType = MomentType.GOAL,
    *,
    period: int = 1,
    clock_seconds: float = 0.0,
    score: Score | None = None,
    home_sent_off: int = 0,
    away_sent_off: int = 0,
) -> Moment:
    """A moment of match m1."""
    return Moment(
        id=f"m1:{kind}:{number}",
        match_id="m1",
        type=kind,
        signal_id=str(number),
        period=period,
        clock_seconds=clock_seconds,
        occurred_at=KICK_OFF + timedelta(seconds=clock_seconds + 3600 * (period - 1)),
        score=score or Score(),
        side=Side.HOME,
        team="Turkey",
        home_sent_off=home_sent_off,
        away_sent_off=away_sent_off,
    )


@st.composite
def played_moments(draw: st.DrawFn) -> list[Moment]:
    """Moments of one match in play order, each at a second of its own."""
    seconds = sorted(draw(st.sets(st.integers(0, 2800), min_size=1, max_size=12)))
    kinds = draw(st.lists(st.sampled_from(list(MomentType)), min_size=len(seconds), max_size=len(seconds)))
    return [
        moment(number, kind, clock_seconds=float(second), score=draw(scores))
        for number, (second, kind) in enumerate(zip(seconds, kinds, strict=True))
    ]

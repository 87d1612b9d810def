"""Nothing is out of place: no placement of a match, cohort or rung breaks its fit."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.context import initial_context, merge
from domain.match import GOALKEEPER, Match, Player, Side, Stage
from domain.moment import Moment, MomentType
from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.loading import load_feed
from tests.support.fit_check import FitCheck, contexts_of
from tests.support.match_moments import MATCH, moment, played_moments
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

BUNDLED = [
    ("statsbomb", "statsbomb_3788741_event.json", "statsbomb_3788741_lineup.json"),
    ("statsbomb", "statsbomb_15986_event.json", "statsbomb_15986_lineup.json"),
    ("wyscout", "wyscout_events_v2.json", None),
    ("wyscout", "wyscout_events_v3.json", None),
    ("datafactory", "datafactory_events.json", None),
    ("statsperform", "statsperform_event_ma3.json", "statsperform_event_ma1.json"),
    ("sportec", "sportec_events.xml", "sportec_meta.xml"),
    ("impect", "impect_events.json", "impect_lineups.json"),
    ("metrica", "metrica_events.json", "epts_metrica_metadata.xml"),
]


def broken(match: Match, moments: Sequence[Moment]) -> list[str]:
    """Return the placements that do not fit, in a group match and in the final."""
    found = FitCheck()
    for stage in (match.stage, Stage.FINAL):
        staged = replace(match, stage=stage)
        found.check(staged, contexts_of(staged, moments), seed=len(moments))
    assert found.checked > 0
    print(f"{match.home.name}-{match.away.name}: {found.checked} placements checked")
    return found.broken


@pytest.mark.parametrize(("provider", "events", "metadata"), BUNDLED)
def test_no_placement_of_a_bundled_match_breaks_its_fit(
    provider: str, events: str, metadata: str | None
) -> None:
    feed = load_feed(provider, BUNDLED_FEEDS / events, BUNDLED_FEEDS / metadata if metadata else None)
    assert broken(feed.match, moments_of(feed.match.id, feed.signals)) == []


@pytest.mark.realdata
@pytest.mark.parametrize("match_id", MATCH_IDS)
def test_no_placement_of_a_real_match_breaks_its_fit(match_id: str) -> None:
    feed = load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"))
    assert broken(feed.match, moments_of(feed.match.id, feed.signals)) == []


def test_no_placement_breaks_its_fit_whatever_moment_is_on_the_screen() -> None:
    # GIVEN every kind of moment in both halves, with a player of the line-up
    match = replace(MATCH, line_ups=LINE_UPS)
    kinds = [kind for kind in MomentType for _ in (0, 1)]
    moments = [
        replace(
            moment(number, kind, period=1 + number % 2, clock_seconds=30.0 * number),
            player="Merih Demiral",
        )
        for number, kind in enumerate(kinds)
    ]
    contexts = [replace(initial_context(match), version=1)]
    for each in moments:
        merged = merge(contexts[0], match, [each])
        contexts += [merged] if merged is not None else []
    assert {context.headline.type for context in contexts if context.headline} == set(MomentType)
    # WHEN each is the headline THEN every placement fits
    found = FitCheck()
    found.check(match, contexts)
    assert found.broken == []


PEOPLE = ("Merih Demiral", "Ciro Immobile", None)
LINE_UPS = (
    Player(id="1", name="Merih Demiral", side=Side.HOME),
    Player(id="2", name="Uğurcan Çakır", side=Side.HOME, position=GOALKEEPER),
    Player(id="3", name="Ciro Immobile", side=Side.AWAY),
)


@given(
    played_moments(),
    st.sampled_from(PEOPLE),
    st.sampled_from(list(Side)),
    st.integers(1, 5),
    st.sampled_from([(), LINE_UPS]),
    st.sampled_from(list(Stage)),
)
@settings(max_examples=15, deadline=None)
def test_no_placement_of_a_generated_match_breaks_its_fit(
    played: list[Moment],
    player: str | None,
    side: Side,
    period: int,
    line_ups: tuple[Player, ...],
    stage: Stage,
) -> None:
    match = replace(MATCH, line_ups=line_ups, stage=stage)
    moments = [replace(moment, player=player, side=side, period=period) for moment in played]
    found = FitCheck()
    found.check(match, contexts_of(match, moments))
    assert found.broken == []

"""The experiment: stable groups of the right size, and correct propensities."""

import functools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.choice import Choice
from domain.component import Component, Slot
from domain.errors import InvalidFieldError
from domain.experiment import NO_EXPERIMENT, Experiment
from domain.placement import Placement, Rung
from domain.trial import POOL, Trial
from tests.support.builders import a_component


def placed(component: Component, rank: int = 1) -> Placement:
    return Placement(component=component, rank=rank, rung=Rung.COHORT)


def test_the_holdout_is_a_stable_share_that_changes_each_season() -> None:
    this, same, later = (Experiment(season=name, holdout_share=0.1) for name in ("a", "a", "b"))
    viewers = [f"viewer-{number}" for number in range(20_000)]
    held = {viewer for viewer in viewers if this.holds_out(viewer)}
    assert held == {viewer for viewer in viewers if same.holds_out(viewer)}
    assert len(held) / len(viewers) == pytest.approx(0.1, abs=0.01)
    both = {viewer for viewer in held if later.holds_out(viewer)}
    assert len(both) / len(held) == pytest.approx(0.1, abs=0.03)


def test_a_larger_holdout_contains_the_smaller_one() -> None:
    small, large = (Experiment(season="a", holdout_share=share) for share in (0.05, 0.1))
    viewers = [f"viewer-{number}" for number in range(2_000)]
    assert all(large.holds_out(viewer) for viewer in viewers if small.holds_out(viewer))


@given(viewer=st.text())
def test_without_an_experiment_there_is_no_holdout(viewer: str) -> None:
    assert not NO_EXPERIMENT.holds_out(viewer)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_an_invalid_share_is_refused(share: float) -> None:
    with pytest.raises(InvalidFieldError, match="holdout_share: expected a number from 0 to 1"):
        Experiment(season="a", holdout_share=share)


def test_propensities_are_the_observed_frequencies() -> None:
    # GIVEN a slot with six components, one of them refused, and a trial share of two fifths
    ranked = [a_component(f"c{number}", Slot.OVERLAY) for number in range(6)]
    choice = Choice(placements=(placed(ranked[0]),), refused={})
    experiment = Experiment(season="a", trial_share=0.4)
    seen: Counter[str] = Counter()
    logged: dict[str, float] = {}
    # WHEN it is filled twenty thousand times
    for number in range(20_000):
        trial = Trial(share=0.4, draw=functools.partial(experiment.draw, str(number)))
        (placement,) = trial.vary(choice, ranked, lambda component, _: component.id != "c2").placements
        seen[placement.component.id] += 1
        logged[placement.component.id] = placement.propensity
    # THEN the best and the next three allowed components are placed as often as their propensities say
    assert set(seen) == {"c0", "c1", "c3", "c4"}
    assert len(seen) == POOL
    assert sum(logged.values()) == pytest.approx(1)
    for component, times in seen.items():
        assert times / 20_000 == pytest.approx(logged[component], abs=0.012)


def test_a_trial_respects_slot_conflicts() -> None:
    # GIVEN a betting component on the overlay, and a rule against a second one beside it
    bet, other_bet, stats = (
        a_component("bet", Slot.OVERLAY, categories=frozenset({"betting"})),
        a_component("other-bet", Slot.SIDE_PANEL, categories=frozenset({"betting"})),
        a_component("stats", Slot.SIDE_PANEL),
    )
    choice = Choice(placements=(placed(bet), placed(stats, 2)), refused={})

    def allowed(component: Component, others: object) -> bool:
        is_second = "betting" in component.categories
        return not (is_second and any("betting" in each.categories for each in others))  # type: ignore[attr-defined]

    # WHEN every slot takes part THEN the second one is not in the pool
    trial = Trial(share=1.0, draw=lambda _: 0.99)
    varied = trial.vary(choice, [bet, other_bet, stats], allowed)
    assert [each.component.id for each in varied.placements] == ["bet", "stats"]
    assert [each.propensity for each in varied.placements] == [1.0, 1.0]

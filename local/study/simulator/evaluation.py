"""What policies are worth to held-out viewers, by the hidden truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.component import Slot
from local.study.simulator.clickstream import simulate
from local.study.simulator.population import Floats, Ints
from local.study.simulator.training_set import training_data, traits_of_cohorts
from local.study.simulator.world import SimulatedWorld, make_world
from local.twin.services.personalize.data.group_data import StreamedEvent
from local.twin.services.personalize.model.trained import TrainedModel
from local.twin.services.personalize.model.training import train
from local.twin.services.personalize.model.weighing import EventWeights

CLICKS = EventWeights(event_type="click")
OCCASIONS = 4000
WARM_UP_SLATES = 12
POLICIES = ("popularity", "context_free", "contextual_viewer", "contextual_cohort")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """Held-out viewers in contexts, where policies are asked what to show."""

    viewer: Ints
    situation: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over seeds with its 95% interval (normal approximation of the mean's error, t for few seeds)."""

    mean: float
    low: float
    high: float


def evaluate_seed(seed: int, *, interactions: int = 100_000, viewers: int = 2000) -> dict[str, float]:
    """Expected engagement of each policy as a share of the oracle's, in the world of one seed."""
    world = make_world(seed, viewers=viewers)
    clickstream = simulate(world, interactions)
    with_context = training_data(world, clickstream)
    contextual = train(with_context, CLICKS, algorithm="contextual").model
    free = train(training_data(world, clickstream, context=False), CLICKS, algorithm="contextual").model
    popular = train(with_context, CLICKS, algorithm="popularity").model
    chance = np.random.default_rng([seed, 2])
    asked = occasions_of(world, chance)
    odds = true_odds(world, asked)
    oracle = engagement(world, odds, odds)
    cohorts = _scores(world, contextual, asked, by_cohort=True)
    for model in (contextual, free):
        _warm_up(world, model, np.unique(asked.viewer), chance)
    chosen = {
        "popularity": _scores(world, popular, asked),
        "context_free": _scores(world, free, asked),
        "contextual_viewer": _scores(world, contextual, asked),
        "contextual_cohort": cohorts,
    }
    return {name: engagement(world, scores, odds) / oracle for name, scores in chosen.items()}


def occasions_of(world: SimulatedWorld, chance: np.random.Generator) -> Occasions:
    """Occasions of viewers who left no clickstream."""
    return Occasions(
        viewer=chance.integers(len(world.population) - world.held_out, len(world.population), OCCASIONS),
        situation=world.situations.draw(OCCASIONS, chance),
    )


def true_odds(world: SimulatedWorld, asked: Occasions) -> Floats:
    """The hidden truth: log-odds of each component, one row per occasion."""
    return world.truth.log_odds(world.population.cohort[asked.viewer], asked.viewer, asked.situation)


def interval(values: Sequence[float]) -> Interval:
    """Mean and 95% interval of a handful of seeds."""
    from scipy import stats

    mean = float(np.mean(values))
    error = float(stats.sem(values) * stats.t.ppf(0.975, len(values) - 1)) if len(values) > 1 else 0.0
    return Interval(mean=mean, low=mean - error, high=mean + error)


def _scores(
    world: SimulatedWorld, model: TrainedModel, asked: Occasions, *, by_cohort: bool = False
) -> Floats:
    traits = traits_of_cohorts(world)
    order: list[int] | None = None
    rows = []
    for viewer, situation in zip(asked.viewer.tolist(), asked.situation.tolist(), strict=True):
        cohort = int(world.population.cohort[viewer])
        user = (
            world.population.cohorts[cohort].pseudo_user_id
            if by_cohort
            else world.population.viewer_ids[viewer]
        )
        scores = model.score(user, traits[cohort], world.situations.contexts[situation])
        if order is None:
            place = {item: at for at, item in enumerate(scores.items)}
            order = [place[component.id] for component in world.components]
        rows.append(scores.values[order])
    return np.array(rows)


def engagement(world: SimulatedWorld, scores: Floats, odds: Floats) -> float:
    """Mean engagements per occasion: the best-scored component in each slot, best first."""
    slots = [
        np.array([at for at, component in enumerate(world.components) if component.slot is slot])
        for slot in Slot
    ]
    best = np.column_stack([slot[np.argmax(scores[:, slot], axis=1)] for slot in slots])
    ranked = np.take_along_axis(
        best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable"), axis=1
    )
    place = np.arange(best.shape[1], dtype=float)
    chances = world.truth.engagement(np.take_along_axis(odds, ranked, axis=1), place, np.zeros(1))
    return float(chances.sum(axis=1).mean())


def _warm_up(world: SimulatedWorld, model: TrainedModel, viewers: Ints, chance: np.random.Generator) -> None:
    """Held-out viewers see a few random slates first, as they would at the beginning of their match."""
    traits = traits_of_cohorts(world)
    for viewer in viewers.tolist():
        situation = world.situations.draw(WARM_UP_SLATES, chance)
        cohort = world.population.cohort[[viewer]]
        odds = world.truth.log_odds(
            np.repeat(cohort, WARM_UP_SLATES), np.repeat(np.array([viewer]), WARM_UP_SLATES), situation
        )
        for at in range(WARM_UP_SLATES):
            slate = chance.choice(len(world.components), 4, replace=False)
            shown = tuple(world.components[each].id for each in slate)
            place = np.arange(4, dtype=float)
            taken = chance.random(4) < world.truth.engagement(odds[at, slate], place, np.zeros(4))
            acts = [("click", shown[each]) for each in np.flatnonzero(taken)] or [("impression", shown[0])]
            for kind, item in acts:
                row = {"EVENT_TYPE": kind, "TIMESTAMP": at, **world.situations.contexts[int(situation[at])]}
                event = StreamedEvent(
                    user_id=world.population.viewer_ids[viewer], item_id=item, row=row, impression=shown
                )
                model.observe(event, CLICKS.of_event(row), traits[int(cohort[0])])

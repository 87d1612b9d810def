"""Evaluate policies on held-out viewers by the hidden truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from local.study.simulator.clickstream import NOTHING, draw_slates, shown_odds, simulate
from local.study.simulator.population import Floats, Ints
from local.study.simulator.training_set import training_data, traits_of_cohorts
from local.study.simulator.truth import Truth, engagement_probability
from local.study.simulator.world import SimulatedWorld, make_world
from local.twin.services.personalize.data.group_data import StreamedEvent
from local.twin.services.personalize.model.trained import TrainedModel
from local.twin.services.personalize.model.training import train
from local.twin.services.personalize.model.weighing import EventWeights

CLICKS = EventWeights(event_type="click")
REQUESTS = 4000
WARM_UP_SLATES = 12
UNKNOWN_ITEM = -1
"""Stands for a component that a model does not know: nobody was ever shown it."""
POLICIES = ("popularity", "context_free", "contextual_viewer", "contextual_cohort")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Requests of held-out viewers: the viewer and the situation of each."""

    viewer: Ints
    situation: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over seeds with its 95% confidence interval (Student's t)."""

    mean: float
    low: float
    high: float


def evaluate_seed(seed: int, *, interactions: int = 100_000, viewers: int = 2000) -> dict[str, float]:
    """Return each policy's share of the oracle's engagement in the random world of one seed."""
    return evaluate(make_world(seed, viewers=viewers), interactions=interactions)


def evaluate(world: SimulatedWorld[Truth], *, interactions: int) -> dict[str, float]:
    """Return each policy's expected engagement as a share of the oracle's."""
    clickstream = simulate(world, interactions)
    with_context = training_data(world, clickstream)
    contextual = train(with_context, CLICKS, algorithm="contextual").model
    context_free = train(
        training_data(world, clickstream, context=False), CLICKS, algorithm="contextual"
    ).model
    popularity = train(with_context, CLICKS, algorithm="popularity").model
    rng = np.random.default_rng([world.seed, 2])
    requests = draw_requests(world, rng)
    odds = true_odds(world, requests)
    oracle = engagement(world, odds, odds)
    cohorts = score_cohorts(world, contextual, requests)
    for model in (contextual, context_free):
        _warm_up(world, model, np.unique(requests.viewer), rng)
    chosen = {
        "popularity": _scores(world, popularity, requests),
        "context_free": _scores(world, context_free, requests),
        "contextual_viewer": _scores(world, contextual, requests),
        "contextual_cohort": cohorts,
    }
    return {name: engagement(world, scores, odds) / oracle for name, scores in chosen.items()}


def draw_requests(world: SimulatedWorld[Truth], rng: np.random.Generator) -> Requests:
    """Draw requests of viewers without a clickstream."""
    return Requests(
        viewer=rng.integers(len(world.population) - world.held_out, len(world.population), REQUESTS),
        situation=world.situations.draw(REQUESTS, rng),
    )


def true_odds(world: SimulatedWorld[Truth], requests: Requests) -> Floats:
    """Return the true log-odds of each component, one row per request."""
    return world.log_odds(requests.viewer, requests.situation)


def interval(values: Sequence[float]) -> Interval:
    """Return the mean and its 95% confidence interval."""
    from scipy import stats

    mean = float(np.mean(values))
    error = float(stats.sem(values) * stats.t.ppf(0.975, len(values) - 1)) if len(values) > 1 else 0.0
    return Interval(mean=mean, low=mean - error, high=mean + error)


def score_cohorts(
    world: SimulatedWorld[Truth], model: TrainedModel, requests: Requests, *, with_traits: bool = True
) -> Floats:
    """Return a model's score of each component for the viewer's cohort, one row per request."""
    return _scores(world, model, requests, by_cohort=True, with_traits=with_traits)


def _scores(
    world: SimulatedWorld[Truth],
    model: TrainedModel,
    requests: Requests,
    *,
    by_cohort: bool = False,
    with_traits: bool = True,
) -> Floats:
    traits = traits_of_cohorts(world)
    order: list[int] | None = None
    rows = []
    for viewer, situation in zip(requests.viewer.tolist(), requests.situation.tolist(), strict=True):
        cohort = int(world.population.cohort[viewer])
        user = (
            world.population.cohorts[cohort].pseudo_user_id
            if by_cohort
            else world.population.viewer_ids[viewer]
        )
        scores = model.score(
            user, traits[cohort] if with_traits else None, world.situations.contexts[situation]
        )
        if order is None:
            place = {item: at for at, item in enumerate(scores.items)}
            order = [place.get(component.id, UNKNOWN_ITEM) for component in world.components]
        rows.append(np.append(scores.values, -np.inf)[order])
    return np.array(rows)


def engagement(world: SimulatedWorld[Truth], scores: Floats, odds: Floats) -> float:
    """Return the mean engagements per request if each slot shows its best-scored component, best first.

    Components that must not be shown are left out, whatever their score.
    """
    scores = np.where(np.isfinite(odds), scores, -np.inf)
    best = np.column_stack([slot[np.argmax(scores[:, slot], axis=1)] for slot in world.slots])
    ranked = np.take_along_axis(
        best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable"), axis=1
    )
    place = np.arange(best.shape[1], dtype=float)
    probabilities = engagement_probability(np.take_along_axis(odds, ranked, axis=1), place, np.zeros(1))
    return float(probabilities.sum(axis=1).mean())


def _warm_up(
    world: SimulatedWorld[Truth], model: TrainedModel, viewers: Ints, rng: np.random.Generator
) -> None:
    """Show held-out viewers a few random slates first, as at the start of a match."""
    traits = traits_of_cohorts(world)
    for viewer in viewers.tolist():
        situation = world.situations.draw(WARM_UP_SLATES, rng)
        odds = world.log_odds(np.repeat(np.array([viewer]), WARM_UP_SLATES), situation)
        slates, _ = draw_slates(world, odds, rng)
        place = np.arange(slates.shape[1], dtype=float)
        engaged = rng.random(slates.shape) < engagement_probability(
            shown_odds(odds, slates), place, np.zeros(1)
        )
        for at, slate in enumerate(slates):
            shown = tuple(world.components[each].id for each in slate if each != NOTHING)
            clicks = [("click", shown[each]) for each in np.flatnonzero(engaged[at])]
            for kind, item in clicks or [("impression", shown[0])]:
                row = {"EVENT_TYPE": kind, "TIMESTAMP": at, **world.situations.contexts[int(situation[at])]}
                event = StreamedEvent(
                    user_id=world.population.viewer_ids[viewer], item_id=item, row=row, impression=shown
                )
                cohort = int(world.population.cohort[viewer])
                model.observe(event, CLICKS.of_event(row), traits[cohort])

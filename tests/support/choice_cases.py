"""Cases of the app's choice for the SDK's tests: audience message, sights, and what the server would choose.

`python -m tests.support.choice_cases` writes them to `client/sdk/test/choices.json`.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.choice import Exposure
from domain.cohort import ViewerTraits
from domain.component import Component, Slot
from domain.constraint import Constraint, read_published
from domain.context import initial_context, merge
from domain.experiment import Experiment
from domain.moment import MomentType
from domain.recommendation import Refusal
from domain.validation import format_instant
from lambdas.logic.placement_finder import PlacementFinder
from paths import ROOT
from tests.support import builders
from tests.support.any_catalogue import any_components, any_constraints, any_exposures, any_moment, any_viewer
from tests.support.both_modes import BothModes
from tests.support.dispatch_rig import dispatch_rig

FILE = ROOT / "client" / "sdk" / "test" / "choices.json"
TRIALS = Experiment(season="choices", trial_share=0.5)
NO_TRIALS = Experiment(season="choices")
RANDOM_CASES = 16
LISTS = ("placements", "alternatives", "afterwards")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceCase:
    """A catalogue, its ranking, a moment, a viewer and what they have seen, by component id."""

    name: str
    components: Sequence[Component]
    constraints: Sequence[Constraint] = ()
    viewer: ViewerTraits = field(default_factory=builders.a_viewer)
    exposures: Mapping[str, Exposure] = field(default_factory=dict)
    moment: MomentType = MomentType.GOAL
    lull: int = 0
    experiment: Experiment = NO_TRIALS
    frozen: tuple[str, ...] = ()
    has_campaign: bool = True
    by_name: bool = False

    @property
    def named_as(self) -> ViewerTraits | None:
        """The viewer, if asked for by name."""
        return self.viewer if self.by_name else None

    def modes(self) -> BothModes:
        """Return what places this version in both modes."""
        rig = dispatch_rig()
        rig.catalogue.known = {each.id: each for each in self.components}
        rig.catalogue.rules = list(self.constraints)
        ranking = [each.id for each in self.components]
        rig.recommender.ranking = tuple(ranking)
        rig.recommender.refusal = None if self.has_campaign else Refusal.MISSING
        match = builders.a_match()
        details = {"number": self.lull} if self.lull else {}
        moment = builders.a_moment(kind=self.moment, player="Ciro Immobile", details=details)
        context = merge(initial_context(match), match, [moment])
        assert context is not None
        if self.frozen:
            context = context.with_frozen(self.frozen)
        rig.prepare()
        finder = PlacementFinder(
            ladder=rig.ladder,
            catalogue=rig.catalogue,
            signer=rig.placement_finder.signer,
            experiment=self.experiment,
        )
        finder.ladder.for_cohorts(context.between_moments(), {self.viewer.cohort})
        return BothModes(finder=finder, context=context, match=match, now=rig.clock())


NOW = dispatch_rig().clock()


def random_case(seed: int, *, components: int = 20, of_each_kind: int = 1) -> ChoiceCase:
    """Return a case with rules of every kind."""
    chance = random.Random(seed)
    catalogue = any_components(chance, components)
    lull = chance.choice((0, 0, 1, 2, 3))
    return ChoiceCase(
        name=f"rules of every kind, {seed}",
        components=catalogue,
        constraints=any_constraints(chance, catalogue, of_each_kind=of_each_kind),
        viewer=any_viewer(chance, seed),
        exposures=any_exposures(chance, catalogue, NOW),
        moment=MomentType.LULL if lull else any_moment(chance),
        lull=lull,
        experiment=chance.choice((NO_TRIALS, TRIALS)),
        frozen=tuple(each.id for each in chance.sample(catalogue, min(components, chance.choice((0, 0, 2))))),
        has_campaign=chance.random() < 0.85,
        by_name=chance.random() < 0.3,
    )


def all_cases() -> Iterator[ChoiceCase]:
    """Yield the cases of the file: each idea once, then random ones."""
    polls = [builders.a_component(f"poll-{number}", Slot.SIDE_PANEL) for number in range(6)]
    bet = builders.a_component("bet", Slot.OVERLAY, categories=frozenset({"betting"}))
    quiz = builders.a_component("quiz", Slot.OVERLAY)
    youth = builders.a_component("youth", Slot.TICKER, categories=frozenset({"youth"}))
    news = builders.a_component("news", Slot.TICKER)
    cap = _rule("cap", "frequency_cap", component_ids=["poll-0", "poll-1"], maximum=2)
    rest = _rule("rest", "cool_down", component_ids=["poll-0", "poll-2"], seconds=60)
    adults = _rule("adults", "age_gate", categories=["betting"], minimum_age=18)
    apart = _rule("apart", "slot_conflict", categories=["betting"], other={"categories": ["youth"]})
    seen_twice = {"poll-0": Exposure(count=2, last_at=NOW - timedelta(minutes=5))}
    yield ChoiceCase(name="nothing has been seen", components=[*polls, bet, news])
    yield ChoiceCase(name="a cap is reached", components=polls, constraints=[cap], exposures=seen_twice)
    yield ChoiceCase(
        name="a cap is not reached",
        components=polls,
        constraints=[cap],
        exposures={"poll-0": Exposure(count=1, last_at=NOW)},
    )
    for name, ago in (("runs", 59_999), ("has just ended", 60_000)):
        yield ChoiceCase(
            name=f"a cool-down {name}",
            components=polls,
            constraints=[rest],
            exposures={"poll-0": Exposure(count=1, last_at=NOW - timedelta(milliseconds=ago))},
        )
    yield ChoiceCase(
        name="a cap and a gate together, the first rule that is exceeded is named",
        components=[bet, quiz, *polls],
        constraints=[rest, cap, adults],
        viewer=builders.a_viewer(age_band="13-17"),
        exposures={"poll-0": Exposure(count=9, last_at=NOW), "poll-1": Exposure(count=2, last_at=NOW)},
    )
    yield ChoiceCase(
        name="a conflict falls away with the component that a cap refuses",
        components=[bet, youth, news, quiz],
        constraints=[apart, _rule("once", "frequency_cap", component_ids=["bet"], maximum=1)],
        exposures={"bet": Exposure(count=1, last_at=NOW)},
    )
    yield ChoiceCase(name="two are kept apart", components=[bet, youth, news, quiz], constraints=[apart])
    for lull in range(1, 5):
        yield ChoiceCase(
            name=f"lull {lull} with a cap",
            components=[bet, *polls, news, youth],
            constraints=[cap],
            exposures=seen_twice,
            moment=MomentType.LULL,
            lull=lull,
        )
    yield ChoiceCase(
        name="trials with a cap",
        components=[*polls, bet, quiz, news, youth],
        constraints=[cap, apart],
        exposures=seen_twice,
        experiment=TRIALS,
    )
    yield ChoiceCase(name="a frozen component", components=polls, constraints=[cap], frozen=("poll-0",))
    yield ChoiceCase(name="the screen stays", components=[bet, news], has_campaign=False)
    yield ChoiceCase(name="a viewer by name", components=polls, by_name=True)
    yield from (random_case(seed) for seed in range(RANDOM_CASES))


def document() -> list[dict[str, Any]]:
    """Return the cases as the SDK's tests read them."""
    return [_in_document(case) for case in all_cases()]


def _in_document(case: ChoiceCase) -> dict[str, Any]:
    modes = case.modes()
    expected = modes.on_connections(case.viewer, case.exposures, by_name=case.by_name)
    return {
        "name": case.name,
        "message": modes.of_audience(case.viewer, named_as=case.named_as),
        "sights": {
            name: {"count": seen.count, "lastAt": format_instant(seen.last_at)}
            for name, seen in sorted(case.exposures.items())
        },
        "expected": {name: expected[name] for name in LISTS},
    }


def _rule(rule_id: str, kind: str, **fields: Any) -> Constraint:
    selector = {name: fields.pop(name) for name in ("component_ids", "categories") if name in fields}
    return read_published({"id": rule_id, "kind": kind, "selector": selector, **fields})


def text() -> str:
    """Return the file's text: one case a line."""
    lines = (json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in document())
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")

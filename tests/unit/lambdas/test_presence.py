"""Interactions of viewers who are told on channels: a row from the first one on, weights and limits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.channel import is_sampled, viewer_address
from domain.cohort import ViewerTraits
from domain.component import Slot
from domain.constraint import Constraint, ConstraintKind, Selector
from domain.experiment import Experiment
from domain.impression_sample import ImpressionSample
from domain.interaction import MAX_INTERACTIONS_OF_REQUEST
from domain.interaction_rate import InteractionRate
from domain.metrics import Metric
from lambdas.logic.errors import InteractionError, ProtocolError
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.placement_signature import PlacementVerifier
from lambdas.logic.presence import ChannelPresence
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig

MATCH = "turkey-italy"
VIEWER = builders.a_viewer()
POLL = Selector(component_ids=frozenset({"poll"}))
CAP = Constraint(id="poll-cap", kind=ConstraintKind.FREQUENCY_CAP, selector=POLL, maximum=2)
COOL_DOWN = Constraint(id="poll-rest", kind=ConstraintKind.COOL_DOWN, selector=POLL, seconds=60)


class Channels:
    """The intake of viewers on channels, with everything in memory."""

    def __init__(
        self, rig: DispatchRig, *, share: float = 1.0, holdout_share: float = 0.0, named_viewers: int = 2
    ) -> None:
        self.rig = rig
        self.stream = fakes.InMemoryInteractionStream()
        self.audiences = fakes.InMemoryAudienceStore()
        experiment = Experiment(season="s", holdout_share=holdout_share)
        self.intake = InteractionIntake(
            connections=rig.connections,
            ledger=rig.ledger,
            interactions=self.stream,
            components=fakes.EveryComponent(),
            verifier=PlacementVerifier(keys=fakes.FixedPlacementKeys(), experiment=experiment),
            telemetry=rig.telemetry,
            clock=rig.clock,
            rate=InteractionRate(per_second=1_000),
            presence=ChannelPresence(
                connections=rig.connections,
                matches=rig.matches,
                catalogue=rig.catalogue,
                audiences=self.audiences,
                experiment=experiment,
                telemetry=rig.telemetry,
                named_viewers=named_viewers,
            ),
            experiment=experiment,
            sample=ImpressionSample(share=share),
            max_interactions=MAX_INTERACTIONS_OF_REQUEST,
        )
        self.experiment = experiment

    def report(self, *acts: dict[str, Any], viewer: ViewerTraits = VIEWER) -> None:
        address = viewer_address(MATCH, viewer.viewer_id)
        self.intake.interact(address, viewer, {"matchId": MATCH, "interactions": list(acts)}, None)

    def act(
        self, kind: str = "impression", *, viewer: ViewerTraits = VIEWER, version: int = 0
    ) -> dict[str, Any]:
        now = self.rig.clock()
        holdout = self.experiment.holds_out(viewer.viewer_id)
        return {
            "type": kind,
            "componentId": "poll",
            "slot": Slot.OVERLAY.value,
            "version": version,
            "occurredAt": now.isoformat(),
            "signature": fakes.a_signature(viewer, version=version, at=now, holdout=holdout),
        }


def test_the_first_interaction_makes_the_viewers_row_with_the_cohort_of_the_match(rig: DispatchRig) -> None:
    at = Channels(rig)
    stranger = builders.a_viewer(team="Wales")
    act = at.act(viewer=replace(stranger, cohort=stranger.cohort.at_match_of()))
    at.report(act, viewer=stranger)
    (recorded,) = at.stream.interactions
    assert recorded.cohort_key == "unknown|25-34|IT|premium"
    assert recorded.session_id == viewer_address(MATCH, stranger.viewer_id)


def test_a_click_counts_with_the_impression_of_an_earlier_request_and_not_without(rig: DispatchRig) -> None:
    at = Channels(rig)
    with pytest.raises(InteractionError) as caught:
        at.report(at.act("click"))
    assert caught.value.code == "NOT_SHOWN"
    at.report(at.act())
    at.report(at.act("click"))
    assert [each.interaction.type for each in at.stream.interactions] == ["impression", "click"]


def test_what_an_app_lists_as_on_screen_counts_once_its_impression_was_reported(rig: DispatchRig) -> None:
    at = Channels(rig)
    at.report({**at.act(), "impression": ["poll", "rival"]})
    assert at.stream.interactions[0].interaction.impression == ("poll",)


def test_a_viewer_reports_a_bounded_number_in_a_match(rig: DispatchRig) -> None:
    at = Channels(rig)
    for _ in range(200):
        at.report(*[at.act()] * MAX_INTERACTIONS_OF_REQUEST)
    with pytest.raises(InteractionError) as refused:
        at.report(at.act())
    assert refused.value.expected == "at most 1000 a second of a viewer in a match, 5000 at once"


def test_a_request_may_have_25_interactions(rig: DispatchRig) -> None:
    at = Channels(rig)
    at.report(*[at.act()] * MAX_INTERACTIONS_OF_REQUEST)
    with pytest.raises(Exception, match="at most 25 entries"):
        at.report(*[at.act()] * (MAX_INTERACTIONS_OF_REQUEST + 1))


def test_an_unknown_match_has_no_rows(rig: DispatchRig) -> None:
    at = Channels(rig)
    rig.matches.matches.clear()
    with pytest.raises(ProtocolError, match="matchId") as caught:
        at.report(at.act())
    assert caught.value.code == "UNKNOWN_MATCH"


def test_a_sampled_impression_stands_for_many_and_one_outside_the_sample_for_none(rig: DispatchRig) -> None:
    at = Channels(rig, share=0.2)
    for number in range(40):
        viewer = builders.a_viewer(number)
        at.report(at.act(viewer=viewer), at.act("click", viewer=viewer), viewer=viewer)
    expected = [
        5.0 if is_sampled(0.2, viewer_address(MATCH, f"viewer-{number}"), 0, "overlay", "poll") else 0.0
        for number in range(40)
    ]
    recorded = at.stream.interactions
    assert [each.weight for each in recorded[::2]] == expected
    assert {0.0, 5.0} == set(expected)
    assert {each.weight for each in recorded[1::2]} == {1.0}


def test_the_first_choices_of_some_viewers_have_them_asked_for_by_name(rig: DispatchRig) -> None:
    at = Channels(rig, named_viewers=2)
    for number in range(4):
        viewer = builders.a_viewer(number)
        at.report(at.act(viewer=viewer), viewer=viewer)
        assert len(at.audiences.named(MATCH, rig.clock())) == min(number, 2)
        at.report(at.act("click", viewer=viewer), viewer=viewer)
    assert [each.viewer_id for each in at.audiences.named(MATCH, rig.clock())] == ["viewer-0", "viewer-1"]


def test_nobody_of_the_holdout_group_is_asked_for_by_name(rig: DispatchRig) -> None:
    at = Channels(rig, holdout_share=0.5, named_viewers=100)
    for number in range(40):
        viewer = builders.a_viewer(number)
        at.report(at.act(viewer=viewer), at.act("click", viewer=viewer), viewer=viewer)
    named = {each.viewer_id for each in at.audiences.named(MATCH, rig.clock())}
    assert named == {
        f"viewer-{number}" for number in range(40) if not at.experiment.holds_out(f"viewer-{number}")
    }


@pytest.mark.parametrize(
    ("rule", "pause_seconds", "allowed"), [(CAP, 120, 2), (COOL_DOWN, 30, 1), (COOL_DOWN, 90, 4)]
)
def test_an_app_that_shows_more_than_the_limits_allow_is_counted_and_not_refused(
    rig: DispatchRig, rule: Constraint, pause_seconds: int, allowed: int
) -> None:
    at = Channels(rig)
    rig.catalogue.rules.append(rule)
    for version in range(4):
        rig.clock.sleep(pause_seconds)
        act = at.act(version=version)
        rig.clock.sleep(1)
        at.report({**act, "occurredAt": rig.clock().isoformat()})
    assert rig.telemetry.counts.get(Metric.LIMITS_EXCEEDED, 0) == 4 - allowed
    assert len(at.stream.interactions) == 4


def test_what_was_placed_before_the_viewer_had_seen_enough_is_right(rig: DispatchRig) -> None:
    at = Channels(rig)
    rig.catalogue.rules.append(CAP)
    # GIVEN versions that all reached the app before it showed the first one
    acts = [at.act(version=version) for version in range(4)]
    for act in acts:
        rig.clock.sleep(5)
        at.report({**act, "occurredAt": rig.clock().isoformat()})
    assert Metric.LIMITS_EXCEEDED not in rig.telemetry.counts


def test_a_viewer_comes_back_after_the_row_has_expired(rig: DispatchRig) -> None:
    at = Channels(rig)
    at.report(at.act())
    rig.clock.sleep(timedelta(hours=3).total_seconds())
    at.report(at.act(version=1))
    assert len(at.stream.interactions) == 2

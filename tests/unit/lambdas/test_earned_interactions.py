"""Interactions are earned: what a viewer was not shown is refused with its reason, and changes nothing."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.choice import Exposure
from domain.cohort import ViewerTraits
from domain.interaction import Interaction
from domain.metrics import Metric
from domain.validation import format_instant
from lambdas.logic.errors import InteractionError
from lambdas.logic.interaction_intake import InteractionIntake
from lambdas.logic.messages import error_message
from lambdas.logic.placement_signature import PlacementVerifier
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.protocol import validate_message

MATCH = "turkey-italy"
VIEWER = builders.a_viewer(1, team="Italy")


@pytest.fixture
def stream() -> fakes.InMemoryInteractionStream:
    return fakes.InMemoryInteractionStream()


@pytest.fixture
def intake(rig: DispatchRig, stream: fakes.InMemoryInteractionStream) -> InteractionIntake:
    """The intake, with a viewer who is subscribed."""
    rig.subscribe_service().subscribe("c1", VIEWER, {"matchId": MATCH}, None)
    return rig.interaction_intake(stream)


def act(kind: str = "impression", component_id: str = "poll", **fields: Any) -> dict[str, Any]:
    """Return an act on a placement of version 0 that was signed at kick-off."""
    return {
        "type": kind,
        "componentId": component_id,
        "slot": "overlay",
        "version": 0,
        "value": 1,
        "signature": fakes.a_signature(VIEWER, component_id),
        "occurredAt": "2021-06-11T19:00:00.000Z",
        **fields,
    }


def send(intake: InteractionIntake, *acts: dict[str, Any], viewer: ViewerTraits = VIEWER) -> None:
    message = {"matchId": MATCH, "interactions": list(acts)}
    assert intake.interact("c1", viewer, message, None)["type"] == "ack"


def refuse(
    intake: InteractionIntake, *acts: dict[str, Any], viewer: ViewerTraits = VIEWER
) -> InteractionError:
    with pytest.raises(InteractionError) as refused:
        send(intake, *acts, viewer=viewer)
    return refused.value


def exposures(rig: DispatchRig) -> dict[str, Exposure]:
    return dict(rig.connections.subscriptions[MATCH, "c1"].exposures)


def test_what_was_shown_is_recorded(
    intake: InteractionIntake, stream: fakes.InMemoryInteractionStream
) -> None:
    send(intake, act(), act("click"))
    send(intake, act("dismissal"), act("watch"))
    kinds = [entry.interaction.type for entry in stream.interactions]
    assert kinds == ["impression", "click", "dismissal", "watch"]


def test_a_viewer_interacts_with_what_they_were_sent(
    rig: DispatchRig, stream: fakes.InMemoryInteractionStream
) -> None:
    # GIVEN a goal that is sent to a viewer of a cohort, and to one with recommendations of their own
    rig.follow(1)
    rig.follow(2, engaged=True)
    rig.dispatch()
    for number in (1, 2):
        (message,) = rig.inbox(number)
        viewer = builders.a_viewer(number, team=f"team-{number % 2}")
        for placed in (*message["placements"], *message["alternatives"], *message["afterwards"]):
            fields = {name: placed[name] for name in ("componentId", "slot", "signature", "recommendationId")}
            acts = [
                {**act(kind), **fields, "version": message["version"]} for kind in ("impression", "click")
            ]
            # THEN each placement takes their interactions, also after a tap has changed the audience
            answer = rig.interaction_intake(stream).interact(
                f"c{number:05d}", viewer, {"matchId": MATCH, "interactions": acts}, None
            )
            assert answer["type"] == "ack"
            # AND each interaction names the recommendation of its placement
            newest = stream.interactions[-1].interaction
            assert newest.recommendation_id == placed["recommendationId"]


@pytest.mark.parametrize(
    "forged",
    [
        {"version": 7},
        {"componentId": "quiz"},
        {"slot": "ticker"},
        {"signature": "1623438000.AAAAAAAAAAAAAAAAAAAAAA"},
        {"signature": "let me in"},
        {"signature": fakes.a_signature(replace(VIEWER, viewer_id="alice"), by_name=True)},
        {"signature": fakes.a_signature(builders.a_viewer(1, team="Turkey"))},
        {"signature": fakes.a_signature(VIEWER, match_id="other-match")},
        {"signature": fakes.a_signature(VIEWER, holdout=True)},
        {"signature": fakes.a_signature(VIEWER, consents=frozenset({"betting"}))},
        {"signature": fakes.a_signature(VIEWER, keys=fakes.FixedPlacementKeys(b"another key"))},
        {"signature": fakes.a_signature(VIEWER).replace("1623438", "1623437")},
        {"signature": fakes.a_signature(VIEWER) + ".betting"},
    ],
    ids=lambda forged: ",".join(forged),
)
def test_a_signature_of_anything_else_is_refused(
    rig: DispatchRig,
    intake: InteractionIntake,
    stream: fakes.InMemoryInteractionStream,
    forged: dict[str, Any],
) -> None:
    refused = refuse(intake, act(), {**act("click"), **forged})
    assert (refused.code, refused.field) == ("NOT_PLACED", "interactions[1].signature")
    assert rig.telemetry.counts[Metric.INTERACTIONS_NOT_PLACED] == 2
    assert rig.telemetry.counts[Metric.INTERACTIONS_REFUSED] == 2
    assert stream.interactions == []
    assert exposures(rig) == {}


def test_a_placement_for_viewers_who_consent_is_theirs_alone(
    rig: DispatchRig, intake: InteractionIntake
) -> None:
    signed = act(signature=fakes.a_signature(VIEWER, consents=frozenset({"betting", "ads"})))
    consenting = replace(VIEWER, consents=frozenset({"ads", "betting", "mail"}))
    send(intake, signed, viewer=consenting)
    assert refuse(intake, signed, viewer=replace(VIEWER, consents=frozenset({"ads"}))).code == "NOT_PLACED"


def test_a_placement_is_worth_nothing_after_a_day(rig: DispatchRig, intake: InteractionIntake) -> None:
    rig.clock.sleep(timedelta(hours=1).total_seconds())
    send(intake, act())
    rig.clock.sleep(timedelta(hours=23, seconds=1).total_seconds())
    refused = refuse(intake, act())
    assert (refused.code, refused.field) == ("NOT_PLACED", "interactions[0].signature")
    assert "24 hours" in str(refused.expected)
    assert rig.telemetry.counts[Metric.INTERACTIONS_EXPIRED] == 1


def test_a_placement_that_was_signed_before_a_rotation_is_accepted(rig: DispatchRig) -> None:
    rig.subscribe_service().subscribe("c1", VIEWER, {"matchId": MATCH}, None)
    old = fakes.FixedPlacementKeys(b"the old key")
    rotated = fakes.FixedPlacementKeys(b"the new key", earlier=(b"the old key",))
    intake = rig.interaction_intake(keys=rotated)
    for keys in (old, rotated):
        send(intake, act(signature=fakes.a_signature(VIEWER, keys=keys)))


def test_keys_that_changed_are_read_again_before_a_signature_is_refused() -> None:
    class Rotated(fakes.FixedPlacementKeys):
        """Keys that change when they are read again."""

        def refresh(self) -> bool:
            self.key = b"the new key"
            return True

    signature = fakes.a_signature(VIEWER, keys=fakes.FixedPlacementKeys(b"the new key"))
    verifier = PlacementVerifier(keys=Rotated(b"the old key"))
    message = {**act(), "signature": signature}
    interaction = Interaction.from_message(message, "it")
    signed = verifier.verify(MATCH, interaction, VIEWER, "signature", builders.KICK_OFF)
    assert signed.issued_at == builders.KICK_OFF


def test_without_keys_an_interaction_can_be_sent_again(rig: DispatchRig) -> None:
    intake = rig.interaction_intake(keys=fakes.FixedPlacementKeys(key=None))
    with pytest.raises(Exception, match="INTERNAL: the placement cannot be verified now"):
        send(intake, act())


def test_nine_thousand_clicks_without_impressions_are_refused(
    rig: DispatchRig, intake: InteractionIntake, stream: fakes.InMemoryInteractionStream
) -> None:
    # GIVEN clicks dated a minute apart, on a component that was placed and never seen
    for at in range(900):
        minutes = (builders.KICK_OFF + timedelta(minutes=10 * at + each) for each in range(10))
        refused = refuse(intake, *(act("click", occurredAt=format_instant(minute)) for minute in minutes))
        # THEN each is refused with the reason
        assert (refused.code, refused.field) == ("NOT_SHOWN", "interactions[0].componentId")
        rig.clock.sleep(1)
    # AND nothing changed
    assert rig.telemetry.counts[Metric.INTERACTIONS_NOT_SHOWN] == 9_000
    assert stream.interactions == []
    subscription = rig.connections.subscriptions[MATCH, "c1"]
    assert (subscription.engaged, subscription.exposures) == (False, {})


def test_an_impression_of_another_component_earns_no_click(
    rig: DispatchRig, intake: InteractionIntake, stream: fakes.InMemoryInteractionStream
) -> None:
    refused = refuse(intake, act(component_id="quiz"), act("click"))
    assert (refused.code, refused.field) == ("NOT_SHOWN", "interactions[1].componentId")
    # AND the impression of the refused message is not counted
    assert exposures(rig) == {}
    assert stream.interactions == []


def test_no_viewer_says_of_a_component_that_they_were_not_shown_that_it_was_not_clicked(
    rig: DispatchRig, intake: InteractionIntake, stream: fakes.InMemoryInteractionStream
) -> None:
    # GIVEN an app that lists components of which it has reported no impression
    named = ["stats", "rival", "poll", "quiz"]
    send(intake, act(impression=named), act("click", impression=named))
    assert {each.interaction.impression for each in stream.interactions} == {("poll",)}
    # WHEN impressions of two of them come, THEN they are listed from that message on
    send(intake, act(component_id="quiz", impression=named), act(component_id="stats", impression=named))
    send(intake, act("dismissal", impression=named))
    assert {each.interaction.impression for each in stream.interactions[2:]} == {("stats", "poll", "quiz")}
    # AND on the viewer's next connection
    rig.subscribe_service().subscribe("c1", VIEWER, {"matchId": MATCH}, None)
    send(intake, act("conversion", impression=named))
    assert stream.interactions[-1].interaction.impression == ("stats", "poll", "quiz")


@pytest.mark.parametrize(
    ("placed_by", "named", "recorded"),
    [
        ("r-1", "r-1", "r-1"),
        ("r-1", "r-2", None),
        ("r-1", None, None),
        (None, "r-1", None),
        (None, None, None),
    ],
)
def test_a_recommendation_counts_if_it_is_the_placements(
    intake: InteractionIntake,
    stream: fakes.InMemoryInteractionStream,
    placed_by: str | None,
    named: str | None,
    recorded: str | None,
) -> None:
    signature = fakes.a_signature(VIEWER, recommendation_id=placed_by)
    send(intake, act(signature=signature, recommendationId=named))
    (entry,) = stream.interactions
    assert entry.interaction.recommendation_id == recorded


def test_a_recommendation_of_another_version_or_audience_is_left_out(
    intake: InteractionIntake, stream: fakes.InMemoryInteractionStream
) -> None:
    own = fakes.a_signature(VIEWER)
    for other in (
        fakes.a_signature(VIEWER, version=1, recommendation_id="r-1"),
        fakes.a_signature(VIEWER, by_name=True, recommendation_id="r-1"),
    ):
        assert len(own) == len(other)
        send(intake, act(signature=own[:-6] + other[-6:], recommendationId="r-1"))
    assert [each.interaction.recommendation_id for each in stream.interactions] == [None, None]


def test_a_signature_of_before_recommendations_were_signed_is_accepted(
    intake: InteractionIntake, stream: fakes.InMemoryInteractionStream
) -> None:
    # GIVEN the signature of an earlier release: sixteen bytes over match, version, time, audience, placement
    parts = (MATCH, "0", "1623438000", "cohort", VIEWER.cohort.key, "", "treated", "poll", "overlay")
    text = "".join(f"{len(part)}:{part}" for part in parts)
    mac = hmac.digest(b"a key of these tests", text.encode(), "sha256")[:16]
    signature = f"1623438000.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    send(intake, act(signature=signature, recommendationId="r-1"))
    assert stream.interactions[0].interaction.recommendation_id is None


@pytest.mark.parametrize("mac", ["LwYCZQd6bGb66ga89klIKA", "S1UusDTrvflo-Dv6F6FoZQ"])
def test_a_signature_of_this_form_is_accepted_by_every_later_one(
    intake: InteractionIntake, stream: fakes.InMemoryInteractionStream, mac: str
) -> None:
    # GIVEN a signature as apps may still have it when the next release is deployed, of a cohort or by name
    send(intake, act(signature=f"1623438000.{mac}", recommendationId="r-1"))
    assert stream.interactions[0].interaction.recommendation_id == "r-1"


def test_an_impression_before_the_placement_was_made_earns_no_click(
    rig: DispatchRig, intake: InteractionIntake
) -> None:
    # GIVEN a component that was seen, and placed again five minutes later
    send(intake, act())
    rig.clock.sleep(300)
    later = fakes.a_signature(VIEWER, version=5, at=rig.clock())
    again = act("click", version=5, signature=later)
    assert refuse(intake, again).code == "NOT_SHOWN"
    # WHEN it is seen again, the click counts
    send(intake, act(version=5, signature=later))
    send(intake, again)


@pytest.mark.parametrize("year", ["1900", "1970", "2022", "2199"])
def test_invented_versions_and_dates_are_refused(
    rig: DispatchRig, intake: InteractionIntake, stream: fakes.InMemoryInteractionStream, year: str
) -> None:
    for version in range(1, 625):
        refused = refuse(intake, act(version=version, occurredAt=f"{year}-01-01T00:00:00Z"))
        assert refused.code == "NOT_PLACED"
    assert stream.interactions == []
    assert exposures(rig) == {}


@pytest.mark.parametrize(
    ("occurred", "counted"),
    [
        ("2199-01-01T00:00:00Z", 600),
        ("2021-06-11T20:10:00Z", 600),
        ("2021-06-11T19:09:30Z", 570),
        ("2021-06-11T18:10:00Z", 0),
        ("1900-01-01T00:00:00Z", 0),
    ],
)
def test_times_lie_between_the_placement_and_the_arrival(
    rig: DispatchRig,
    intake: InteractionIntake,
    stream: fakes.InMemoryInteractionStream,
    occurred: str,
    counted: int,
) -> None:
    """A clock of 2199 or an hour ahead, one that is right, one an hour behind, and one of 1900."""
    rig.clock.sleep(600)
    send(intake, act(occurredAt=occurred))
    instant = builders.KICK_OFF + timedelta(seconds=counted)
    # THEN caps, cool-downs and the recommender get the bounded time, and the stream the arrival too
    assert exposures(rig)["poll"].last_at == instant
    (recorded,) = stream.interactions
    assert (recorded.interaction.occurred_at, recorded.received_at) == (instant, rig.clock())


def test_an_impression_of_the_future_does_not_end_a_frequency_cap(
    rig: DispatchRig, intake: InteractionIntake
) -> None:
    # GIVEN an impression of 2199
    send(intake, act(occurredAt="2199-01-01T00:00:00Z"))
    # WHEN the component is seen again and again
    for version in (1, 2):
        rig.clock.sleep(60)
        signature = fakes.a_signature(VIEWER, version=version, at=rig.clock())
        send(intake, act(version=version, signature=signature, occurredAt=format_instant(rig.clock())))
    # THEN each counts
    assert exposures(rig)["poll"].count == 3


def test_more_interactions_than_a_connection_may_report_are_refused(
    rig: DispatchRig, stream: fakes.InMemoryInteractionStream
) -> None:
    # GIVEN ten a second, and those of five seconds at once
    rig.subscribe_service().subscribe("c1", VIEWER, {"matchId": MATCH}, None)
    intake = rig.interaction_intake(stream, per_second=10)
    for _ in range(5):
        send(intake, *[act()] * 10)
    refused = refuse(intake, act())
    assert (refused.code, refused.field) == ("TOO_MANY", "interactions")
    assert refused.expected == "at most 10 a second on a connection, 50 at once"
    assert rig.telemetry.counts[Metric.INTERACTIONS_TOO_MANY] == 1
    # WHEN a second has passed, THEN ten more are accepted
    rig.clock.sleep(1)
    send(intake, *[act()] * 10)
    assert refuse(intake, act()).code == "TOO_MANY"
    assert len(stream.interactions) == 60


@pytest.mark.parametrize("forged", [{"version": 9}, {"signature": "forged"}, {"type": "click"}])
def test_refused_interactions_take_as_much_of_the_rate_as_others(
    rig: DispatchRig, stream: fakes.InMemoryInteractionStream, forged: dict[str, Any]
) -> None:
    rig.subscribe_service().subscribe("c1", VIEWER, {"matchId": MATCH}, None)
    intake = rig.interaction_intake(stream, per_second=10)
    codes = [refuse(intake, *[{**act(), **forged}] * 10).code for _ in range(7)]
    assert "TOO_MANY" not in codes[:5]
    assert codes[5:] == ["TOO_MANY"] * 2
    assert refuse(intake, act()).code == "TOO_MANY"
    # AND an honest message has its turn again
    rig.clock.sleep(1)
    send(intake, act())


def test_forgeries_without_a_subscription_store_nothing(rig: DispatchRig) -> None:
    intake = rig.interaction_intake(per_second=10)
    codes = {refuse(intake, *[act(version=9)] * 10).code for _ in range(20)}
    assert codes == {"NOT_PLACED"}
    assert rig.connections.busy_until == {}


def test_refusals_are_valid_messages(rig: DispatchRig, intake: InteractionIntake) -> None:
    for error in (refuse(intake, act(version=9)), refuse(intake, act("click"))):
        message = json.loads(json.dumps(error_message(error, "r1")))
        validate_message("Error", message)
        assert message["field"].startswith("interactions[0]")

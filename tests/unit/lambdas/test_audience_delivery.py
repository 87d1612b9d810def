"""A version is published once to each audience, and stored in its document."""

import json
import random
import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.audience import Audience
from domain.component import Slot
from domain.constraint import read_published
from domain.context import MatchContext
from domain.controls import Controls
from domain.dispatch_task import LONGEST_PICTURE_DELAY, MAX_AUDIENCES_PER_TASK, DispatchTask
from domain.experiment import Experiment
from domain.metrics import Metric
from domain.packed_event import pack
from domain.publish_progress import PublishProgress
from domain.recommendation import Refusal
from domain.remote import Isolation, Remote
from lambdas.logic.audience_message import MAX_EVENT_BYTES
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError
from local.twin.services.token_bucket import Rate
from tests.support import builders, fakes
from tests.support.audience_rig import INVOCATION, MATCH_ID, AudienceRig, a_task, audience_rig, fans

ITALIANS, TURKS = fans("Italy"), fans("Turkey")
TEAMS = [fans(f"team-{number}") for number in range(20)]


@pytest.fixture
def rig() -> AudienceRig:
    return audience_rig()


def second_version(rig: AudienceRig) -> MatchContext:
    return rig.rig.context(builders.a_moment(1), builders.a_moment(2))


def redeliver(rig: AudienceRig, task: DispatchTask) -> None:
    """Deliver a task again that was sent now."""
    rig.delivery.deliver(task, rig.rig.clock() + INVOCATION, first_sent_at=rig.rig.clock())


def test_each_audience_gets_its_own_message_once(rig: AudienceRig) -> None:
    rig.join(*TEAMS)
    rig.deliver()
    assert len(rig.publisher.inboxes) == len(TEAMS)
    assert [[each["version"] for each in rig.published(team)] for team in TEAMS] == [[1]] * len(TEAMS)
    assert rig.rig.telemetry.counts[Metric.PUBLISHED] == len(TEAMS)


def test_publishes_do_not_depend_on_the_number_of_viewers(rig: AudienceRig) -> None:
    rig.join(*TEAMS, viewers=50_000)
    tasks = rig.tasks()
    assert [len(task.audiences) for task in tasks] == [MAX_AUDIENCES_PER_TASK, MAX_AUDIENCES_PER_TASK, 4]
    assert {task.viewers for task in tasks} == {1_000_000}
    # AND apps are told how to spread their reconnects
    rig.deliver()
    (message,) = rig.published(TEAMS[0])
    assert message["reconnectWithinSeconds"] == 120


def test_apps_come_back_at_the_rate_at_which_they_may_join(rig: AudienceRig) -> None:
    rig.join(ITALIANS, viewers=100_000)
    rig.deliver()
    (message,) = rig.published(ITALIANS)
    assert message["reconnectWithinSeconds"] == 67


def test_a_task_that_comes_twice_publishes_once(rig: AudienceRig) -> None:
    rig.join(*TEAMS[:3])
    for _ in range(2):
        rig.deliver()
    assert [len(rig.published(team)) for team in TEAMS[:3]] == [1, 1, 1]


def test_a_claim_that_fails_keeps_no_other_audience_waiting(rig: AudienceRig) -> None:
    audiences, unlucky = TEAMS[:MAX_AUDIENCES_PER_TASK], TEAMS[3]
    task = a_task(rig.rig.context(), *audiences)
    # GIVEN one refusal of the table
    rig.progress.failing = {unlucky.address(MATCH_ID)}
    with pytest.raises(DispatchIncompleteError) as raised:
        rig.delivery.deliver(task, rig.rig.clock() + INVOCATION)
    assert (raised.value.remaining, raised.value.failed) == (1, 1)
    # THEN the others have their version, and the one gets it at once when the task comes again
    assert [len(rig.published(each)) for each in audiences] == [int(each != unlucky) for each in audiences]
    rig.progress.failing = set()
    redeliver(rig, task)
    assert [len(rig.published(each)) for each in audiences] == [1] * len(audiences)
    assert rig.document(unlucky)["version"] == 1


def test_a_task_that_comes_twice_at_once_publishes_once(rig: AudienceRig) -> None:
    # GIVEN tasks of one version with audiences in common
    version = rig.rig.context()
    tasks = [a_task(version, *TEAMS[:5]), a_task(version, *TEAMS[2:8])]

    def deliver(task: DispatchTask) -> None:
        try:
            rig.delivery.deliver(task, rig.rig.clock() + INVOCATION)
        except DispatchClaimedError:
            deliver(task)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, tasks))
    assert [len(rig.published(team)) for team in TEAMS[:8]] == [1] * 8


def test_a_task_whose_audience_is_claimed_does_the_others_and_is_delivered_again(rig: AudienceRig) -> None:
    version, now = rig.rig.context(), rig.rig.clock()
    rig.progress.claim(MATCH_ID, 1, ITALIANS.address(MATCH_ID), now=now, until=now + INVOCATION)
    with pytest.raises(DispatchClaimedError):
        rig.delivery.deliver(a_task(version, ITALIANS, TURKS), now + INVOCATION)
    assert (rig.published(ITALIANS), len(rig.published(TURKS))) == ([], 1)


def test_a_failed_publish_is_owed_and_neighbours_are_not_affected(rig: AudienceRig) -> None:
    task = a_task(rig.rig.context(), *TEAMS[:3])
    rig.publisher.failing = {TEAMS[1].address(MATCH_ID)}
    with pytest.raises(DispatchIncompleteError) as raised:
        rig.delivery.deliver(task, rig.rig.clock() + INVOCATION)
    assert (raised.value.remaining, raised.value.failed) == (1, 1)
    assert [len(rig.published(team)) for team in TEAMS[:3]] == [1, 0, 1]
    # WHEN the channel works again, and the task is delivered again
    rig.publisher.failing = set()
    redeliver(rig, task)
    assert [len(rig.published(team)) for team in TEAMS[:3]] == [1, 1, 1]
    assert rig.rig.telemetry.counts[Metric.PUBLISHES_FAILED] == 1


def test_a_function_that_is_killed_publishes_again_at_most_what_it_had_not_recorded(rig: AudienceRig) -> None:
    task = a_task(rig.rig.context(), *TEAMS[:3])
    rig.publisher.dies_after = 1
    with pytest.raises(fakes.Killed):
        rig.delivery.deliver(task, rig.rig.clock() + INVOCATION)
    redeliver(rig, task)
    assert [len(rig.published(team)) for team in TEAMS[:3]] == [2, 1, 1]


def test_throttled_publishes_are_paced_within_the_invocation() -> None:
    # GIVEN an API that admits four publishes a second
    rig = audience_rig()
    api = fakes.ThrottlingPoster(rig.rig.clock, Rate(per_second=4, burst=1))
    paced = replace(rig.delivery.publisher, poster=api)
    delivery = replace(rig.delivery, publisher=paced)
    started_at = rig.rig.clock()
    delivery.deliver(a_task(rig.rig.context(), *TEAMS[:8]), started_at + INVOCATION)
    # THEN each is published once, in about the time of the rate
    assert api.received.total() == len(api.received) == 8
    assert rig.rig.clock() - started_at < timedelta(seconds=6)
    assert rig.rig.telemetry.counts[Metric.PUBLISHES_THROTTLED] > 0


def test_a_document_that_cannot_be_written_is_owed_and_nothing_is_published_again(rig: AudienceRig) -> None:
    task = a_task(rig.rig.context(), ITALIANS, TURKS)
    rig.documents.failing = {ITALIANS.address(MATCH_ID)}
    with pytest.raises(DispatchIncompleteError):
        rig.delivery.deliver(task, rig.rig.clock() + INVOCATION)
    assert rig.rig.telemetry.counts[Metric.DOCUMENTS_FAILED] == 1
    rig.documents.failing = set()
    redeliver(rig, task)
    assert [len(rig.published(each)) for each in (ITALIANS, TURKS)] == [1, 1]
    assert rig.document(ITALIANS)["version"] == rig.document(TURKS)["version"] == 1


def test_the_document_has_the_newest_version_and_those_that_a_late_picture_reaches(rig: AudienceRig) -> None:
    # GIVEN versions that arrive in another order
    first, second = rig.rig.context(), second_version(rig)
    for version in (second, first):
        rig.delivery.deliver(a_task(version, ITALIANS), rig.rig.clock() + INVOCATION)
    document = rig.document(ITALIANS)
    assert (document["version"], document["snapshot"]) == (2, True)
    assert [each["version"] for each in document["missed"]] == [1]


def test_a_cancelled_moment_leaves_the_document(rig: AudienceRig) -> None:
    rig.join(ITALIANS)
    first = rig.rig.context()
    rig.deliver(first)
    assert first.headline is not None
    rig.rig.matches.controls[MATCH_ID] = Controls(match_id=MATCH_ID).cancelling(first.headline.id)
    rig.deliver(first.without_headline(builders.a_match()))
    assert rig.document(ITALIANS).get("missed", []) == []


def test_a_frozen_component_leaves_the_document_altogether(rig: AudienceRig) -> None:
    rig.join(ITALIANS)
    rig.deliver(rig.rig.context())
    rig.deliver(second_version(rig).with_frozen(("poll",)))
    document = rig.document(ITALIANS)
    for message in (document, *document["missed"]):
        listed = {message["components"][each["component"]]["componentId"] for each in message["candidates"]}
        assert "poll" not in listed
        assert message["frozen"] == ["poll"]


def test_legal_gates_fail_closed_for_consents_that_are_asked_for_later(rig: AudienceRig) -> None:
    # GIVEN an audience whose pass was issued before a rule asked for a consent
    rig.join(ITALIANS)
    rig.rig.catalogue.rules = [
        read_published(
            {"id": "gate", "kind": "consent", "selector": {"categories": ["betting"]}, "consent": "betting"}
        )
    ]
    rig.deliver()
    (message,) = rig.published(ITALIANS)
    assert [each["componentId"] for each in message["components"]] == ["poll", "stats"]
    assert message["candidates"][1]["above"] == ["gate"]


def test_apps_are_told_that_rules_ask_for_other_consents(rig: AudienceRig) -> None:
    rig.join(ITALIANS)
    rig.deliver(rig.rig.context())
    rig.rig.catalogue.rules = [
        read_published(
            {"id": "gate", "kind": "consent", "selector": {"categories": ["betting"]}, "consent": "betting"}
        )
    ]
    rig.deliver(second_version(rig))
    before, after = (each["rulesEdition"] for each in rig.published(ITALIANS))
    assert before != after


def test_a_named_viewer_has_a_channel_of_their_own(rig: AudienceRig) -> None:
    viewer = builders.a_viewer(7)
    rig.join(ITALIANS)
    rig.name(viewer)
    rig.deliver()
    (own,) = rig.published(Audience.of_one(viewer))
    assert (own["rung"], rig.published(ITALIANS)[0]["rung"]) == ("viewer", "cohort")
    assert rig.document(Audience.of_one(viewer))["rung"] == "viewer"


def test_a_named_viewer_without_own_recommendation_is_served_by_the_group(rig: AudienceRig) -> None:
    viewer = builders.a_viewer(7)
    rig.rig.recommender.refusal = Refusal.MISSING
    rig.rig.catalogue.popular = {"ALL": ("poll",)}
    rig.join(ITALIANS)
    rig.name(viewer)
    rig.deliver()
    assert rig.published(Audience.of_one(viewer)) == []
    assert rig.published(ITALIANS)[0]["rung"] == "popularity"


def test_nobody_in_the_holdout_group_is_asked_for_by_name(rig: AudienceRig) -> None:
    finder = replace(rig.delivery.placement_finder, experiment=Experiment(season="all", holdout_share=1.0))
    delivery = replace(rig.delivery, placement_finder=finder)
    rig.rig.catalogue.popular = {"ALL": ("poll",)}
    held_out = fans("Italy", holdout=True)
    named = Audience.of_one(builders.a_viewer(7))
    delivery.deliver(a_task(rig.rig.context(), held_out, named), rig.rig.clock() + INVOCATION)
    assert rig.rig.recommender.asked == []
    assert rig.published(named) == []
    assert rig.published(held_out)[0]["rung"] == "popularity"


def test_a_superseded_version_that_is_delivered_again_ends(rig: AudienceRig) -> None:
    rig.join(ITALIANS)
    (late,) = rig.tasks(rig.rig.context())
    rig.deliver(second_version(rig))
    redeliver(rig, late)
    assert [each["version"] for each in rig.published(ITALIANS)] == [2]
    assert rig.rig.telemetry.counts[Metric.DISPATCHES_SUPERSEDED] == 1


def test_an_expired_version_that_is_delivered_again_ends(rig: AudienceRig) -> None:
    task, sent_at = a_task(rig.rig.context(), ITALIANS), rig.rig.clock()
    rig.rig.clock.sleep((task.expires_at(sent_at) - sent_at + LONGEST_PICTURE_DELAY).total_seconds())
    rig.delivery.deliver(task, rig.rig.clock() + INVOCATION, first_sent_at=sent_at)
    assert rig.published(ITALIANS) == []
    assert rig.rig.telemetry.counts[Metric.DISPATCHES_EXPIRED] == 1


def test_a_task_of_a_deleted_match_ends(rig: AudienceRig) -> None:
    task = a_task(rig.rig.context(), ITALIANS)
    del rig.rig.matches.matches[MATCH_ID]
    rig.delivery.deliver(task, rig.rig.clock() + INVOCATION)
    assert rig.rig.telemetry.counts[Metric.DISPATCHES_EXPIRED] == 1


def test_a_component_that_is_too_large_is_left_out_and_told(rig: AudienceRig) -> None:
    remote = Remote(url="/r.js", module="./app", integrity=builders.HASH, isolation=Isolation.MODULE)
    rig.rig.catalogue.known["poll"] = replace(
        builders.a_component("poll", Slot.OVERLAY), remote=remote, properties={"text": MAX_EVENT_BYTES * "x"}
    )
    rig.join(ITALIANS)
    rig.deliver()
    (message,) = rig.published(ITALIANS)
    assert [each["componentId"] for each in message["components"]] == ["bet", "stats"]
    assert rig.rig.telemetry.counts[Metric.COMPONENTS_LEFT_OUT] == 1
    assert "component left out: the message is too large" in rig.rig.telemetry.warnings


def test_a_message_that_does_not_compress_fits_when_it_is_packed(rig: AudienceRig) -> None:
    # GIVEN components that any viewer may be shown, whose properties are letters at random
    chance = random.Random(1)
    for number in range(45):
        rig.rig.catalogue.known[f"large-{number}"] = replace(
            builders.a_component(f"large-{number}", Slot.OVERLAY, categories=frozenset({"large"})),
            properties={"text": "".join(chance.choices(string.printable[:94], k=5_500))},
        )
    rig.rig.catalogue.rules = [
        read_published(
            {"id": "cap", "kind": "frequency_cap", "selector": {"categories": ["large"]}, "maximum": 9}
        )
    ]
    rig.rig.recommender.ranking = tuple(rig.rig.catalogue.known)
    rig.join(ITALIANS)
    rig.deliver()
    # THEN the event is as large as a channel accepts, and hardly smaller
    (body,) = rig.publisher.inboxes[ITALIANS.address(MATCH_ID)]
    assert MAX_EVENT_BYTES - 10_000 < len(pack(body)) <= MAX_EVENT_BYTES


def test_decisions_and_rungs_count_the_viewers_of_the_audience(rig: AudienceRig) -> None:
    rig.join(ITALIANS, viewers=160)
    rig.join(TURKS, viewers=32)
    rig.deliver()
    assert sorted(each["viewers"] for each in rig.rig.decisions.decisions) == [32, 160]
    assert rig.rig.telemetry.counts[Metric.RUNG_COHORT] == rig.rig.telemetry.counts[Metric.SENT] == 192
    # AND interactions with this version find its columns
    assert rig.rig.ledger.sent_columns(MATCH_ID, 1)["MATCH_EVENT"] == "goal"


def test_a_new_audience_whose_moment_is_over_gets_a_ranking_for_the_time_after_it(rig: AudienceRig) -> None:
    # GIVEN the first task of an audience, sent when the goal's window has ended
    rig.rig.clock.sleep(3_600)
    first = a_task(rig.rig.context(), ITALIANS, trace={})
    rig.delivery.deliver(first, rig.rig.clock() + INVOCATION)
    (message,) = rig.published(ITALIANS)
    assert {each["rung"] for each in message["afterwards"]["candidates"]} == {"cohort"}


def test_progress_is_kept_by_version_and_address(rig: AudienceRig) -> None:
    rig.join(ITALIANS)
    rig.deliver()
    done = PublishProgress(is_published=True, is_stored=True)
    assert rig.progress.progress == {(MATCH_ID, 1, ITALIANS.address(MATCH_ID)): done}


def test_a_task_survives_the_queue(rig: AudienceRig) -> None:
    rig.join(ITALIANS)
    rig.name(builders.a_viewer(7, consents=frozenset({"betting"})))
    tasks = rig.tasks()
    read = [DispatchTask.from_dict(json.loads(json.dumps(task.to_dict()))) for task in tasks]
    assert [each.audiences for each in read] == [task.audiences for task in tasks]
    assert [each.viewers for each in read] == [16, 16]

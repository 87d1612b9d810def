"""The control room: what an operator's commands do to a match, who may give them, and what is kept of it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.context import MatchContext
from domain.moment import Moment, MomentType
from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.control_room import ControlRoom
from lambdas.logic.errors import ProtocolError
from lambdas.logic.operation_executor import OperationExecutor
from lambdas.logic.operator_guard import REFUSED_MATCH_ID, OperatorGuard
from tests import control_fakes, fakes

OPERATOR = {"viewerId": "op-1", "role": "operator", "operatorName": "olga@touchline.example"}
VIEWER = {"viewerId": "viewer-1", "role": "viewer", "favouriteTeam": "Italy"}
MATCH = "turkey-italy"


@dataclass
class Night:
    matches: fakes.InMemoryMatchStore
    audit: control_fakes.InMemoryAuditLog
    topic: control_fakes.InMemoryMomentTopic
    builder: ContextBuilder
    room: ControlRoom
    requests: int = 0

    def say(self, command: str, *, authorizer: Any = OPERATOR, request_id: str | None = None, **fields: Any):
        self.requests += 1
        message = {"matchId": MATCH, "command": command, "reason": "because", **fields}
        return self.room.operate(authorizer, message, request_id or f"r{self.requests}")

    def happens(self, *moments: Moment) -> None:
        for moment in moments:
            self.builder.merge_moments([moment])

    @property
    def context(self) -> MatchContext | None:
        return self.matches.contexts.get(MATCH)

    @property
    def newest(self) -> Any:
        assert self.context
        return self.context

    @property
    def held(self) -> list[str]:
        return list(self.matches.match_state(MATCH)[2].held)


@pytest.fixture
def night() -> Night:
    clock, telemetry = fakes.FrozenClock(), fakes.RecordedTelemetry()
    matches = fakes.InMemoryMatchStore(fakes.a_match())
    audit, topic = control_fakes.InMemoryAuditLog(), control_fakes.InMemoryMomentTopic()
    catalogue = fakes.InMemoryCatalogue.of(fakes.a_component("poll"))
    return Night(
        matches=matches,
        audit=audit,
        topic=topic,
        builder=ContextBuilder(matches=matches, telemetry=telemetry, clock=clock),
        room=ControlRoom(
            guard=OperatorGuard(audit=audit, telemetry=telemetry, clock=clock),
            executor=OperationExecutor(matches=matches, moments=topic, catalogue=catalogue, clock=clock),
            audit=audit,
            telemetry=telemetry,
            clock=clock,
        ),
    )


def card(number: int, **changes: Any) -> Moment:
    return fakes.a_moment(number, kind=MomentType.YELLOW_CARD, **changes)


def test_a_held_moment_waits_and_a_release_shows_it(night: Night):
    # GIVEN a hold on goals
    night.say("hold", types=["GOAL"])
    # WHEN a goal is found
    night.happens(fakes.a_moment(1))
    # THEN no version of the context knows of it
    assert (night.context, night.held) == (None, [fakes.a_moment(1).id])
    # UNTIL it is released
    night.say("release")
    assert night.newest.headline == fakes.a_moment(1)
    assert night.held == []
    # AND the next goal comes at once
    night.happens(fakes.a_moment(2))
    assert night.newest.score.away == 2


def test_what_comes_after_a_held_moment_waits_too_for_it_would_tell_the_score(night: Night):
    night.say("hold", types=["GOAL"])
    night.happens(card(1, score=fakes.Score()), fakes.a_moment(2), card(3, score=fakes.Score(away=2)))
    assert night.newest.score == fakes.Score()
    assert len(night.held) == 2


def test_releasing_one_moment_shows_what_came_before_it_and_keeps_the_rest(night: Night):
    night.say("hold")
    night.happens(*(fakes.a_moment(number) for number in (1, 2, 3)))
    night.say("release", momentId=fakes.a_moment(2).id)
    assert night.newest.score.away == 2
    assert night.held == [fakes.a_moment(3).id]
    # AND a moment that was released is not held when it is delivered again
    night.happens(fakes.a_moment(2))
    assert night.held == [fakes.a_moment(3).id]


def test_a_moment_that_is_delivered_twice_waits_once(night: Night):
    night.say("hold")
    night.happens(fakes.a_moment(1), fakes.a_moment(1))
    assert night.held == [fakes.a_moment(1).id]
    assert night.matches.match_state(MATCH)[2].revision == 2


def test_a_cancelled_moment_never_comes_in_no_revision(night: Night):
    night.say("hold")
    night.happens(fakes.a_moment(1))
    night.say("cancel", momentId=fakes.a_moment(1).id)
    night.say("release")
    revised = replace(fakes.a_moment(1), id=f"{fakes.a_moment(1).id}~1")
    night.happens(fakes.a_moment(1), revised)
    assert night.context is None


def test_cancelling_what_the_screens_are_about_takes_it_off_them(night: Night):
    night.happens(fakes.a_moment(1))
    night.say("cancel", momentId=fakes.a_moment(1).id)
    assert (night.newest.version, night.newest.headline) == (2, None)
    assert night.newest.columns["MATCH_EVENT"] == "none"


def test_an_injected_moment_goes_to_the_topic_and_is_held_by_nobody(night: Night):
    night.happens(fakes.a_moment(5))
    night.say("hold")
    night.say("inject", moment={"type": "SUBSTITUTION", "side": "home"}, request_id="inject-1")
    (told,) = night.topic.moments
    assert (told.details["source"], told.id) == ("operator", f"{MATCH}:SUBSTITUTION:operator-inject-1")
    # AND it takes the screen although it ranks below what is there
    night.happens(told)
    assert night.newest.headline.type is MomentType.SUBSTITUTION
    assert night.newest.score.away == 5
    # AND what the feed still has to tell of is not too late
    night.say("release")
    night.happens(fakes.a_moment(6))
    assert night.newest.score.away == 6


def test_a_frozen_component_is_in_the_next_version_and_stays_frozen(night: Night):
    night.say("freeze", componentId="poll")
    night.happens(fakes.a_moment(1))
    assert (night.newest.version, night.newest.frozen) == (2, ("poll",))
    night.say("thaw", componentId="poll")
    assert (night.newest.version, night.newest.frozen) == (3, ())


def test_the_same_request_does_it_once(night: Night):
    night.say("hold", request_id="once")
    night.say("release")
    night.say("hold", request_id="once")
    assert night.matches.match_state(MATCH)[2].held_types is None


def test_a_request_id_belongs_to_one_operation(night: Night):
    night.say("hold", request_id="once")
    with pytest.raises(Exception, match="requestId"):
        night.say("freeze", componentId="poll", request_id="once")


def test_the_audit_log_names_who_what_when_and_why(night: Night):
    night.say("freeze", componentId="poll", reason="the partner asked for it")
    became, asked = (line.to_dict() for line in night.audit.newest_lines(MATCH, 10))
    assert (asked["outcome"], became["outcome"]) == ("asked", "done")
    assert became["operator"] == "olga@touchline.example"
    assert became["what"] == {"command": "freeze", "componentId": "poll"}
    assert (became["why"], became["at"]) == ("the partner asked for it", "2021-06-11T19:00:00.000Z")


def test_what_cannot_be_done_is_refused_and_noted(night: Night):
    with pytest.raises(ProtocolError, match="componentId: expected a component of the catalogue"):
        night.say("freeze", componentId="nothing", request_id="wrong")
    assert night.audit.newest_lines(MATCH, 1)[0].to_dict()["outcome"] == "refused"
    # AND the same request is refused again
    with pytest.raises(ProtocolError, match="catalogue"):
        night.say("freeze", componentId="nothing", request_id="wrong")


def test_a_viewer_is_refused_and_noted_once_a_minute(night: Night):
    for _ in range(3):
        with pytest.raises(ProtocolError) as refused:
            night.say("hold", authorizer=VIEWER)
        assert refused.value.code == "FORBIDDEN"
    (line,) = night.audit.newest_lines(REFUSED_MATCH_ID, 10)
    assert (line.who.id, line.what) == ("viewer-1", {"command": "operate"})
    assert night.matches.controls == {}


def test_a_hold_that_others_change_meanwhile_is_tried_again(night: Night):
    night.matches.conflicts = 2
    night.happens(fakes.a_moment(1))
    night.matches.conflicts = 2
    night.say("freeze", componentId="poll")
    assert night.newest.frozen == ("poll",)

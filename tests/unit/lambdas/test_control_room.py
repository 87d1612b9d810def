"""The control room: effects of operators' commands, access, and the audit log."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.context import MatchContext
from domain.detection.engine import MatchEngine
from domain.errors import InvalidFieldError
from domain.match import Score, Side
from domain.metrics import Metric
from domain.moment import Moment, MomentType
from domain.signal import Signal
from lambdas.logic.authorization import token_expiry
from lambdas.logic.context_builder import ContextBuilder
from lambdas.logic.control_room import ControlRoom
from lambdas.logic.errors import ProtocolError, SignalLostError
from lambdas.logic.operation_executor import OperationExecutor
from lambdas.logic.operator_guard import OperatorGuard
from tests.support import builders, fakes
from tests.support.feed_entries import goal
from tests.support.planning import a_context_builder

OPERATOR = {
    "viewerId": "op-1",
    "role": "operator",
    "operatorName": "olga@touchline.example",
    "operatorUsername": "olga",
    "tokenExpiresAt": str(int((builders.KICK_OFF + timedelta(hours=1)).timestamp())),
}
VIEWER = {"viewerId": "viewer-1", "role": "viewer", "favouriteTeam": "Italy"}
MATCH = "turkey-italy"


@dataclass
class ControlRoomRig:
    matches: fakes.InMemoryMatchStore
    audit: fakes.InMemoryAuditLog
    topic: fakes.InMemoryMomentTopic
    signals: fakes.InMemorySignalStream
    builder: ContextBuilder
    room: ControlRoom
    telemetry: fakes.RecordedTelemetry
    clock: fakes.FrozenClock
    directory: fakes.InMemoryOperatorDirectory
    requests: int = 0

    def command(
        self, command: str, *, authorizer: Any = OPERATOR, request_id: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        self.requests += 1
        message = {"matchId": MATCH, "command": command, "reason": "because", **fields}
        return self.room.operate(authorizer, message, request_id or f"r{self.requests}")

    def detect(self, *moments: Moment) -> None:
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
def rig() -> ControlRoomRig:
    clock, telemetry = fakes.FrozenClock(), fakes.RecordedTelemetry()
    directory = fakes.InMemoryOperatorDirectory()
    matches = fakes.InMemoryMatchStore(builders.a_match())
    audit, topic = fakes.InMemoryAuditLog(), fakes.InMemoryMomentTopic()
    signals = fakes.InMemorySignalStream()
    catalogue = fakes.InMemoryCatalogue.of(builders.a_component("poll"))
    return ControlRoomRig(
        matches=matches,
        audit=audit,
        topic=topic,
        signals=signals,
        builder=a_context_builder(matches),
        telemetry=telemetry,
        clock=clock,
        directory=directory,
        room=ControlRoom(
            guard=OperatorGuard(directory=directory, telemetry=telemetry, clock=clock),
            executor=OperationExecutor(
                matches=matches, moments=topic, signals=signals, catalogue=catalogue, clock=clock
            ),
            audit=audit,
            telemetry=telemetry,
            clock=clock,
        ),
    )


def card(number: int, **changes: Any) -> Moment:
    return builders.a_moment(number, kind=MomentType.YELLOW_CARD, **changes)


def test_a_held_moment_is_shown_after_its_release(rig: ControlRoomRig) -> None:
    # GIVEN a hold on goals
    rig.command("hold", types=["GOAL"])
    # WHEN a goal is found
    rig.detect(builders.a_moment(1))
    # THEN no context version includes it
    assert (rig.context, rig.held) == (None, [builders.a_moment(1).id])
    # AND its release shows it
    rig.command("release")
    assert rig.newest.headline == builders.a_moment(1)
    assert rig.held == []
    # AND the next goal is not held
    rig.detect(builders.a_moment(2))
    assert rig.newest.score.away == 2


def test_a_moment_after_a_held_one_is_held_because_it_reveals_the_score(rig: ControlRoomRig) -> None:
    rig.command("hold", types=["GOAL"])
    rig.detect(card(1, score=Score()), builders.a_moment(2), card(3, score=Score(away=2)))
    assert rig.newest.score == Score()
    assert len(rig.held) == 2


def test_releasing_one_moment_also_releases_earlier_ones_only(rig: ControlRoomRig) -> None:
    rig.command("hold")
    rig.detect(*(builders.a_moment(number) for number in (1, 2, 3)))
    rig.command("release", momentId=builders.a_moment(2).id)
    assert rig.newest.score.away == 2
    assert rig.held == [builders.a_moment(3).id]
    # AND a released moment is not held again when it is repeated
    rig.detect(builders.a_moment(2))
    assert rig.held == [builders.a_moment(3).id]


def test_a_repeated_moment_is_held_once(rig: ControlRoomRig) -> None:
    rig.command("hold")
    rig.detect(builders.a_moment(1), builders.a_moment(1))
    assert rig.held == [builders.a_moment(1).id]
    assert rig.matches.match_state(MATCH)[2].revision == 2


def test_a_cancelled_moment_is_ignored_in_every_revision(rig: ControlRoomRig) -> None:
    rig.command("hold")
    rig.detect(builders.a_moment(1))
    rig.command("cancel", momentId=builders.a_moment(1).id)
    rig.command("release")
    revised = replace(builders.a_moment(1), id=f"{builders.a_moment(1).id}~1")
    rig.detect(builders.a_moment(1), revised)
    assert rig.context is None


def test_cancelling_the_headline_removes_it_from_the_context(rig: ControlRoomRig) -> None:
    rig.detect(builders.a_moment(1))
    rig.command("cancel", momentId=builders.a_moment(1).id)
    assert (rig.newest.version, rig.newest.headline) == (2, None)
    assert rig.newest.columns["MATCH_EVENT"] == "none"


def test_cancelling_what_an_earlier_version_is_about_makes_a_version_like_the_newest(
    rig: ControlRoomRig,
) -> None:
    rig.detect(builders.a_moment(1))
    rig.detect(builders.a_moment(2))
    rig.command("cancel", momentId=builders.a_moment(1).id)
    assert (rig.newest.version, rig.newest.headline) == (3, builders.a_moment(2))
    # AND a moment of no version that is remembered changes nothing
    rig.command("cancel", momentId=builders.a_moment(9).id, request_id="again")
    assert rig.newest.version == 3


def test_an_injected_moment_is_published_and_never_held(rig: ControlRoomRig) -> None:
    rig.detect(builders.a_moment(5))
    rig.command("hold")
    rig.command("inject", moment={"type": "SUBSTITUTION", "side": "home"}, request_id="inject-1")
    (injected,) = rig.topic.moments
    assert injected.details["source"] == "operator"
    assert injected.id.startswith(f"{MATCH}:SUBSTITUTION:operator-")
    # AND it becomes the headline although its rank is lower
    rig.detect(injected)
    assert rig.newest.headline.type is MomentType.SUBSTITUTION
    assert rig.newest.score.away == 5
    # AND a later moment of the feed is not late
    rig.command("release")
    rig.detect(builders.a_moment(6))
    assert rig.newest.score.away == 6


def test_a_frozen_component_is_in_the_next_version_and_stays_frozen(rig: ControlRoomRig) -> None:
    rig.command("freeze", componentId="poll")
    rig.detect(builders.a_moment(1))
    assert (rig.newest.version, rig.newest.frozen) == (2, ("poll",))
    rig.command("thaw", componentId="poll")
    assert (rig.newest.version, rig.newest.frozen) == (3, ())


def test_a_repeated_request_is_executed_once(rig: ControlRoomRig) -> None:
    rig.command("hold", request_id="once")
    rig.command("release")
    rig.command("hold", request_id="once")
    assert rig.matches.match_state(MATCH)[2].held_types is None


def test_a_request_id_cannot_be_reused_for_another_operation(rig: ControlRoomRig) -> None:
    rig.command("hold", request_id="once")
    with pytest.raises(Exception, match="requestId"):
        rig.command("freeze", componentId="poll", request_id="once")


def test_the_audit_log_names_who_what_when_and_why(rig: ControlRoomRig) -> None:
    rig.command("freeze", componentId="poll", reason="the partner asked for it")
    done, asked = (line.to_dict() for line in rig.audit.newest_lines(MATCH, 10))
    assert (asked["outcome"], done["outcome"]) == ("asked", "done")
    assert done["operator"] == "olga@touchline.example"
    assert done["what"] == {"command": "freeze", "componentId": "poll"}
    assert (done["why"], done["at"]) == ("the partner asked for it", "2021-06-11T19:00:00.000Z")


def test_an_invalid_operation_is_refused_and_recorded(rig: ControlRoomRig) -> None:
    with pytest.raises(ProtocolError, match="componentId: expected a component of the catalogue"):
        rig.command("freeze", componentId="nothing", request_id="wrong")
    assert rig.audit.newest_lines(MATCH, 1)[0].to_dict()["outcome"] == "refused"
    # AND the same request is refused again
    with pytest.raises(ProtocolError, match="catalogue"):
        rig.command("freeze", componentId="nothing", request_id="wrong")


def test_a_refused_viewer_is_counted_and_writes_nothing(rig: ControlRoomRig) -> None:
    for _ in range(3):
        with pytest.raises(ProtocolError) as refused:
            rig.command("hold", authorizer=VIEWER)
        assert refused.value.code == "FORBIDDEN"
    assert rig.telemetry.counts[Metric.OPERATIONS_FORBIDDEN] == 3
    assert rig.audit.lines == {}
    assert rig.matches.controls == {}


def test_a_power_ends_with_its_token(rig: ControlRoomRig) -> None:
    # GIVEN an operator on an open connection
    rig.command("hold")
    # WHEN the token ends THEN the next command is refused
    rig.clock.now = token_expiry(OPERATOR)
    with pytest.raises(ProtocolError) as refused:
        rig.command("release")
    assert (refused.value.code, refused.value.field) == ("TOKEN_EXPIRED", "token")
    assert rig.matches.match_state(MATCH)[2].held_types is not None


def test_a_power_ends_when_the_user_leaves_the_group(rig: ControlRoomRig) -> None:
    rig.command("hold")
    rig.directory.usernames.clear()
    with pytest.raises(ProtocolError) as refused:
        rig.command("release")
    assert refused.value.code == "FORBIDDEN"
    assert rig.matches.match_state(MATCH)[2].held_types is not None


def test_write_conflicts_are_retried(rig: ControlRoomRig) -> None:
    rig.matches.conflicts = 2
    rig.detect(builders.a_moment(1))
    rig.matches.conflicts = 2
    rig.command("freeze", componentId="poll")
    assert rig.newest.frozen == ("poll",)


STATEMENTS: dict[str, dict[str, Any]] = {
    "correct_score": {"score": {"home": 1, "away": 2}},
    "withdraw": {"entryId": "sb-1"},
    "send_off": {"side": "home", "player": "Merih Demiral"},
}


@pytest.mark.parametrize("command", STATEMENTS)
def test_what_an_operator_states_enters_the_stream_once(rig: ControlRoomRig, command: str) -> None:
    # GIVEN a match with a goal
    rig.detect(builders.a_moment(3))
    # WHEN an operator states something, and the page repeats the request
    for _ in range(2):
        rig.command(command, request_id="r1", **STATEMENTS[command])
    # THEN it is one entry of the source `operator`, at the newest position, and no moment
    (signal,) = rig.signals.signals
    assert signal.source == "operator"
    assert signal.match_event
    assert signal.match_event.order == (1, 180.0)
    assert signal == Signal.from_dict(signal.to_dict())
    assert rig.topic.moments == []
    # AND the reason is in the audit log
    assert {line.why for line in rig.audit.newest_lines(MATCH, 10)} == {"because"}


def test_the_same_request_id_of_two_operators_makes_two_of_each(rig: ControlRoomRig) -> None:
    for operator in ("op-1", "op-2"):
        authorizer = {**OPERATOR, "viewerId": operator}
        rig.command("send_off", request_id="r~1", authorizer=authorizer, side="home")
        rig.command("inject", request_id="r~2", authorizer=authorizer, moment={"type": "GOAL"})
    assert len({signal.id for signal in rig.signals.signals}) == 2
    assert len({moment.id for moment in rig.topic.moments}) == 2
    # AND no request's id makes a moment a revision of another
    assert {(moment.revision, moment.root_id == moment.id) for moment in rig.topic.moments} == {(0, True)}


@pytest.mark.parametrize(
    ("command", "fields", "field"),
    [
        ("correct_score", {}, "score"),
        ("correct_score", {"score": {"home": -1, "away": 0}}, "score.home"),
        ("withdraw", {}, "entryId"),
        ("withdraw", {"entryId": []}, "entryId"),
        ("send_off", {"side": "left"}, "side"),
        ("send_off", {"side": "home", "player": 7}, "player"),
    ],
)
def test_a_statement_with_a_wrong_field_is_refused(
    rig: ControlRoomRig, command: str, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        rig.command(command, **fields)
    assert refused.value.field == field
    assert rig.signals.signals == []


def test_a_statement_that_the_stream_refuses_can_be_repeated(rig: ControlRoomRig) -> None:
    rig.command("correct_score", request_id="r1", score={"home": 1, "away": 0})
    (signal,) = rig.signals.signals
    rig.signals.lose.add(signal.id)
    rig.audit.lines.clear()
    with pytest.raises(SignalLostError):
        rig.command("correct_score", request_id="r1", score={"home": 1, "away": 0})


def test_detectors_build_on_what_an_operator_states(rig: ControlRoomRig) -> None:
    # GIVEN a match with a goal, and an engine that reads what the control room writes
    engine = MatchEngine(MATCH)

    def observe(*signals: Signal) -> None:
        for signal in signals:
            rig.detect(*engine.observe(replace(signal, match_id=MATCH)).moments)

    observe(goal(Side.AWAY, 1, 10, signal_id="first"))
    # WHEN an operator states a goal that the feed has not, and the feed goes on
    rig.command("correct_score", score={"home": 1, "away": 1})
    observe(rig.signals.signals[-1], goal(Side.AWAY, 1, 30))
    # THEN the next goal builds on it
    assert rig.newest.score == Score(home=1, away=2)
    # WHEN an operator withdraws an entry by its signal, and sends a player off
    rig.command("withdraw", entryId="first")
    observe(rig.signals.signals[-1])
    rig.command("send_off", side="home")
    observe(rig.signals.signals[-1])
    # THEN the entry after them knows both
    observe(goal(Side.HOME, 1, 40))
    assert rig.newest.score == Score(home=2, away=1)
    assert (rig.newest.home_sent_off, rig.newest.away_sent_off) == (1, 0)


@pytest.mark.parametrize("ending", ["cancelled", "retracted"])
def test_times_go_on_when_the_headline_is_gone(rig: ControlRoomRig, ending: str) -> None:
    # GIVEN a goal in the 30th minute, found 20 seconds ago, that is no headline any more
    shown = builders.a_moment(30)
    found_ms = int((rig.clock.now - timedelta(seconds=20)).timestamp() * 1000)
    goal_shown = replace(shown, detected_at_ms=found_ms, media_time=shown.occurred_at + timedelta(seconds=9))
    rig.detect(goal_shown)
    if ending == "cancelled":
        rig.command("cancel", momentId=goal_shown.id)
    else:
        details: dict[str, str | int | float | bool] = {"revises": goal_shown.id, "retracted": True}
        rig.detect(replace(goal_shown, id=f"{goal_shown.id}~1", details=details))
    assert rig.newest.headline is None
    # WHEN an operator states a score and injects a moment
    rig.command("correct_score", score={"home": 0, "away": 1})
    rig.command("inject", moment={"type": "YELLOW_CARD"})
    # THEN both are of now, in the time of the match and of its media
    for stated in (rig.signals.signals[-1], rig.topic.moments[-1]):
        assert stated.occurred_at == shown.occurred_at + timedelta(seconds=20)
        assert stated.media_time == shown.occurred_at + timedelta(seconds=29)

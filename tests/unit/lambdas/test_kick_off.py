"""The campaign and the dispatch have the capacity of a match from before its kick-off until after its end."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.capacity_window import Capacity, CapacityWindow, Provisioned
from domain.errors import InvalidFieldError
from domain.match import Match
from domain.validation import format_instant
from lambdas.handlers import schedule_kick_off, set_campaign_capacity
from lambdas.handlers.composition import capacity, stores
from lambdas.handlers.composition.provider import reset_all
from lambdas.handlers.errors import BatchFailedError
from lambdas.logic.capacity_keeper import CapacityKeeper, CapacityReport
from lambdas.logic.kick_off import STAND_DOWN, WARM_UP, KickOffPlanner
from lambdas.logic.ports.capacity import CapacityWindows
from tests.support import builders, fakes
from tests.support.lambda_context import LambdaContext

MINUTE = timedelta(minutes=1)
RESTING, MATCH = (
    Capacity(transactions_per_second=2),
    Capacity(transactions_per_second=250, dispatch_environments=64),
)
KICK_OFF = builders.KICK_OFF


def match(match_id: str, after: timedelta = timedelta(0)) -> Match:
    """Return a match that kicks off some time after the usual one."""
    return replace(builders.a_match(match_id), kick_off=KICK_OFF + after)


class Season:
    """A campaign and a dispatch that are compared with the matches once a minute, on a clock of its own."""

    def __init__(self, *matches: Match) -> None:
        self.campaign = fakes.SlowCampaign(KICK_OFF - timedelta(hours=2), RESTING.transactions_per_second)
        self.dispatch = fakes.InstantDispatch()
        self.windows = fakes.InMemoryCapacityWindows()
        self.rates: dict[datetime, int] = {}
        """The rate in effect at the end of each minute."""
        self.keeper = CapacityKeeper(
            windows=self.windows,
            campaign=self.campaign,
            dispatch=self.dispatch,
            resting=RESTING,
            match=MATCH,
            most_environments=100,
            clock=lambda: self.campaign.now,
        )
        for announced in matches:
            assert planner(self.windows, self.campaign.now).plan(announced)

    def run(self, until: timedelta, events: Mapping[timedelta, Callable[[], None]] | None = None) -> None:
        """Run once a minute until some time after kick-off; events happen just before their minute's run."""
        while self.campaign.now < KICK_OFF + until:
            now = self.campaign.now
            (events or {}).get(now - KICK_OFF, lambda: None)()
            self.report = self.keeper.keep({})
            self.rates[now] = self.campaign.rate
            self.campaign.now = now + MINUTE

    def rate_at(self, after_kick_off: timedelta) -> int:
        return self.rates[KICK_OFF + after_kick_off]


def planner(windows: CapacityWindows, now: datetime, *known: Match) -> KickOffPlanner:
    return KickOffPlanner(matches=fakes.InMemoryMatchStore(*known), windows=windows, clock=lambda: now)


def test_capacity_is_raised_before_kick_off_and_lowered_after_the_match() -> None:
    season = Season(match("one"))
    season.run(STAND_DOWN + timedelta(hours=1))
    # THEN capacity is asked for once before kick-off, is there at kick-off, and is given back after the match
    assert season.campaign.asked == [(KICK_OFF - WARM_UP, 250), (KICK_OFF + STAND_DOWN, 2)]
    assert season.rate_at(timedelta(0)) == season.rate_at(STAND_DOWN - MINUTE) == 250
    assert season.rate_at(STAND_DOWN + timedelta(minutes=30)) == 2
    assert season.dispatch.environments == 0
    assert season.report.is_reached


@pytest.mark.parametrize(
    "between", [timedelta(hours=4), timedelta(hours=4.5), timedelta(hours=4, minutes=35)]
)
def test_two_kick_offs_in_a_row_a_publication_and_a_refused_change(between: timedelta) -> None:
    # GIVEN a match whose end is the minute in which the next one needs capacity, or nearly
    season = Season(match("early"), match("late", between))
    # WHEN a version is published in that very minute, and the first change of all is refused
    events = {
        -WARM_UP: lambda: setattr(season.campaign, "refuses_next", True),
        between - WARM_UP: season.campaign.publish,
    }
    season.run(between + STAND_DOWN + timedelta(hours=1), events)
    # THEN the campaign has the match's rate from each kick-off until the match is over, and rests afterwards
    assert season.campaign.refused == [KICK_OFF - WARM_UP]
    for kick_off in (timedelta(0), between):
        for after in (timedelta(0), STAND_DOWN - MINUTE):
            assert season.rate_at(kick_off + after) == 250
    assert season.rate_at(between + STAND_DOWN + timedelta(minutes=30)) == 2


def test_a_deployment_that_stands_the_campaign_down_in_mid_match_is_corrected() -> None:
    season = Season(match("one"))
    season.run(timedelta(hours=1))
    # WHEN somebody sets the rate by hand while the match is on
    season.campaign.provision(1)
    season.run(timedelta(hours=2))
    # THEN it is raised again as soon as the campaign takes a change
    assert season.rate_at(timedelta(hours=1, minutes=25)) == 250


def test_a_season_announced_at_once_rests_between_its_matches() -> None:
    week = timedelta(days=7)
    season = Season(match("late", timedelta(hours=3)), match("later", week), match("early"))
    season.run(week + STAND_DOWN + timedelta(hours=1))
    assert [(at - KICK_OFF, rate) for at, rate in season.campaign.asked] == [
        (-WARM_UP, 250),
        (timedelta(hours=3) + STAND_DOWN, 2),
        (week - WARM_UP, 250),
        (week + STAND_DOWN, 2),
    ]


def test_without_a_campaign_there_is_nothing_to_do() -> None:
    season = Season(match("one"))
    season.campaign.is_deployed = False
    season.run(timedelta(minutes=1))
    assert season.report == CapacityReport(wanted=MATCH, campaign=None, environments=64, is_reached=True)
    # WHEN it is deployed in mid-match THEN it gets the match's rate
    season.campaign.is_deployed = True
    season.run(timedelta(minutes=20))
    assert season.rate_at(timedelta(minutes=15)) == 250


def test_a_campaign_is_warmed_although_the_dispatch_is_not() -> None:
    # GIVEN an account without the concurrency for the environments
    class Refusing(fakes.InstantDispatch):
        def keep_ready(self, environments: int) -> None:
            raise TimeoutError(environments)

    season = Season(match("one"))
    keeper = replace(season.keeper, dispatch=Refusing())
    season.campaign.now = KICK_OFF
    # WHEN the capacity is compared THEN it fails, so that its alarm rings, and the campaign is warm
    with pytest.raises(TimeoutError):
        keeper.keep({})
    assert season.campaign.asked == [(KICK_OFF, 250)]


def test_capacity_is_not_reached_until_the_environments_are_ready() -> None:
    class Preparing(fakes.InstantDispatch):
        def ready(self) -> Provisioned:
            return Provisioned(amount=self.environments, is_changing=True)

    season = Season(match("one"))
    season.campaign.now, season.campaign.is_deployed = KICK_OFF, False
    keeper = replace(season.keeper, dispatch=Preparing())
    assert [keeper.keep({}).is_reached, keeper.keep({}).is_reached] == [False, False]


def test_an_operator_may_ask_for_more_until_a_given_time() -> None:
    # GIVEN a match that is on
    season = Season(match("final"))
    season.run(timedelta(hours=1))
    # WHEN an operator asks for more, twice, until an hour before the match's window ends
    over = KICK_OFF + STAND_DOWN - timedelta(hours=1)
    wish = {"minimum_transactions_per_second": 400, "stand_down_at": format_instant(over)}
    for _ in range(2):
        assert season.keeper.keep(wish).wanted == Capacity(
            transactions_per_second=400, dispatch_environments=64
        )
    season.run(STAND_DOWN)
    # THEN there is more, and then what any match has
    assert season.rate_at(timedelta(hours=2)) == 400
    assert season.rate_at(STAND_DOWN - MINUTE) == 250


def test_a_past_match_needs_nothing() -> None:
    windows = fakes.InMemoryCapacityWindows()
    assert not planner(windows, KICK_OFF + STAND_DOWN).plan(builders.a_match())
    assert not any(windows.windows_at(KICK_OFF + hours * timedelta(hours=1)) for hours in range(-2, 8))


def test_a_kick_off_that_is_moved_into_the_past_gives_its_capacity_back() -> None:
    # GIVEN a match that was announced for the next year by mistake
    wrong = match("one", timedelta(days=365))
    windows, now = fakes.InMemoryCapacityWindows(), KICK_OFF + STAND_DOWN
    assert planner(windows, now).plan(wrong)
    # WHEN it is announced with the kick-off that it had THEN nothing is kept ready a year later
    assert not planner(windows, now).plan(builders.a_match("one"))
    assert windows.windows_at(wrong.kick_off) == []


def test_kick_offs_in_the_same_minute_need_what_one_needs() -> None:
    season = Season(match("one"), match("two"), match("three", MINUTE / 2))
    season.run(STAND_DOWN + timedelta(hours=1))
    rates = [rate for _, rate in season.campaign.asked]
    assert (rates, season.rate_at(STAND_DOWN - MINUTE)) == ([250, 2], 250)


def test_a_kick_off_in_local_time_is_the_same_instant_when_the_clocks_change() -> None:
    # GIVEN two kick-offs at 18:45 in Rome, on the days before and after the end of summer time
    rome = ZoneInfo("Europe/Rome")
    windows = fakes.InMemoryCapacityWindows()
    for day in (24, 25):
        local = datetime(2026, 10, day, 18, 45, tzinfo=rome)
        planning = planner(windows, datetime(2026, 10, 1, tzinfo=UTC))
        planning.plan(replace(builders.a_match(str(day)), kick_off=local))
        # THEN capacity is there half an hour before, by the clocks of that day
        assert windows.windows_at(local - WARM_UP)
        assert windows.windows_at(local - WARM_UP - MINUTE) == []


def test_an_older_announcement_does_not_undo_a_moved_kick_off() -> None:
    # GIVEN a match that was announced and moved, and messages that arrive in the other order
    first = builders.a_match()
    moved = replace(first, kick_off=first.kick_off + timedelta(days=1), revision=2)
    windows = fakes.InMemoryCapacityWindows()
    planning = planner(windows, KICK_OFF - timedelta(days=1), moved)
    for announced in (moved, first):
        planning.plan(announced)
    (window,) = windows.windows.values()
    assert (window.begins_at, window.ends_at) == (moved.kick_off - WARM_UP, moved.kick_off + STAND_DOWN)


def announcement_of(body: str, message_id: str = "1") -> dict[str, Any]:
    return {"messageId": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"}}


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.InMemoryDeadLetters]:
    refused = fakes.InMemoryDeadLetters()
    stores.dead_letters.supply(refused)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    yield refused
    reset_all()


def test_announced_matches_are_planned_and_invalid_messages_rejected(
    refused: fakes.InMemoryDeadLetters,
) -> None:
    # GIVEN a queue with a match, an empty object and invalid JSON
    windows = fakes.InMemoryCapacityWindows()
    capacity.kick_off_planner.supply(planner(windows, KICK_OFF - timedelta(days=1)))
    bodies = ("{}", "[" * 20_000, json.dumps(builders.a_match().to_dict()))
    records = [announcement_of(body) for body in bodies]
    # WHEN the handler processes it
    answer = schedule_kick_off.handler({"Records": records}, LambdaContext())
    # THEN the match is planned, and the others are dead letters
    assert answer == {"batchItemFailures": []}
    assert len(windows.windows) == 1
    assert [letter["field"] for letter in refused.letters] == ["id", "body"]


def test_a_match_that_cannot_be_planned_is_retried(refused: fakes.InMemoryDeadLetters) -> None:
    class Throttled(fakes.InMemoryCapacityWindows):
        def put_window(self, window: CapacityWindow) -> None:
            raise TimeoutError

    capacity.kick_off_planner.supply(planner(Throttled(), KICK_OFF))
    records = [announcement_of(json.dumps(builders.a_match().to_dict()), "7")]
    with pytest.raises(BatchFailedError):
        schedule_kick_off.handler({"Records": records}, LambdaContext())
    assert refused.letters == []


@pytest.mark.parametrize("wanted", [None, 0, "40", True, 1.5])
def test_an_invalid_rate_is_refused(wanted: object) -> None:
    wish = {"minimum_transactions_per_second": wanted, "stand_down_at": format_instant(KICK_OFF)}
    with pytest.raises(InvalidFieldError, match="minimum_transactions_per_second: expected a whole number"):
        Season().keeper.keep(wish)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum_transactions_per_second", 501),
        ("stand_down_at", format_instant(KICK_OFF - timedelta(hours=2))),
        ("stand_down_at", format_instant(KICK_OFF + timedelta(days=7))),
        ("dispatch_environments", 101),
        ("dispatch_enviroments", 64),
    ],
)
def test_a_wish_that_cannot_be_meant_or_met_is_refused_at_once(field: str, value: object) -> None:
    # GIVEN that it would be tried every minute until its end, in place of what matches need
    season = Season()
    wish = {"minimum_transactions_per_second": 400, "stand_down_at": format_instant(KICK_OFF)}
    with pytest.raises(InvalidFieldError) as caught:
        season.keeper.keep({**wish, field: value})
    # THEN the error names the field, and nothing is noted
    assert caught.value.field == field
    assert season.windows.windows == {}


def test_a_rate_without_an_end_is_refused() -> None:
    # GIVEN that a rate that nobody takes back bills for ever
    with pytest.raises(InvalidFieldError, match="stand_down_at"):
        Season().keeper.keep({"minimum_transactions_per_second": 400})


def test_a_run_without_a_campaign_counts_that_nothing_is_left_to_do(
    refused: fakes.InMemoryDeadLetters, capsys: pytest.CaptureFixture[str]
) -> None:
    season = Season()
    season.campaign.is_deployed = False
    capacity.capacity_keeper.supply(season.keeper)
    found = set_campaign_capacity.handler({}, LambdaContext())
    assert found == {"wanted": 2, "found": None, "environments_wanted": 0, "environments_found": 0}
    assert '"CapacityReached":[1.0]' in capsys.readouterr().out

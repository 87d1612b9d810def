"""Tests of the plan of both modes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.delivery_mode import DeliveryMode
from local.account.plan import words
from local.account.plan.measured import read_measured
from local.account.plan.page import page
from local.account.plan.plan import Comparison, Plan, Planner, Request
from local.account.plan.prices import read_prices
from local.account.plan.terminal import report
from local.account.preflight.synthesized_stage import SynthesizedStage
from tests.unit.local.account.plan.planned_stage import CAPACITY

CONNECTIONS, BROADCAST = DeliveryMode.CONNECTIONS, DeliveryMode.BROADCAST


def plan_of(
    viewers: int, *, matches: int = 1, message_bytes: int = 3_000, compared: Sequence[int] = ()
) -> Plan:
    planner = Planner(
        stage=SynthesizedStage(name="production", templates={}),
        capacity=CAPACITY,
        measured=replace(read_measured(), audience_bytes=message_bytes),
        prices=read_prices(),
        compared=compared,
    )
    return planner.plan(
        Request(
            viewers=viewers,
            matches=matches,
            audiences=200,
            versions=27,
            arrivals=min(viewers * matches, 20_000),
            matches_a_month=30,
        )
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(100_000, compared=(1_000, 100_000))


def test_both_modes_tell_all_and_broadcast_does_it_within_two_seconds(plan: Plan) -> None:
    connections, broadcast = plan.of(CONNECTIONS), plan.of(BROADCAST)
    assert connections.times.told == broadcast.times.told == pytest.approx(1.0)
    assert connections.times.p99 > 10
    assert broadcast.times.p99 < 2
    assert "9,000" in connections.bottleneck.name


def test_the_bill_is_the_sum_of_its_lines(plan: Plan) -> None:
    for mode in plan.modes:
        assert mode.match_usd == pytest.approx(sum(mode.usd_by_service.values()))
        assert all(cost.usd >= 0 for cost in mode.costs)
        month = words.month_usd(plan, mode)
        assert month == pytest.approx(30 * mode.match_usd + plan.idle_usd)


def test_posts_and_connection_minutes_are_billed_as_documented(plan: Plan) -> None:
    # GIVEN 100,000 viewers for two hours, whom 27 versions reach by one message each
    costs = {(cost.usage.price): cost.usage.quantity for cost in plan.of(CONNECTIONS).costs}
    assert costs["gateway_minutes"] == 100_000 * 120
    assert costs["gateway_messages"] > 100_000 * 27
    # AND in the other mode a message that is metered as three
    operations = {(cost.usage.price): cost.usage.quantity for cost in plan.of(BROADCAST).costs}
    assert operations["channel_operations"] > 100_000 * 27 * plan.metered_events


def test_quotas_that_are_too_small_are_named(plan: Plan) -> None:
    short = {need.quota.name for need in words.short_quotas(plan.of(CONNECTIONS))}
    assert "Throttle rate" in short
    assert "Event APIs - Rate of connections per API" not in short
    assert words.short_quotas(plan.of(BROADCAST)) == []
    assert {mode.reports for mode in plan.modes} == {None}


def test_a_stampede_that_the_app_spreads_is_not_throttled(plan: Plan) -> None:
    assert plan.of(BROADCAST).come_in.throttled.total() == 0
    assert plan.of(BROADCAST).come_back.throttled.total() == 0


def test_a_million_viewers_are_told_within_two_seconds_by_default_quotas() -> None:
    plan = plan_of(1_000_000, compared=(1_000, 10_000))
    assert plan.metered_events == 1
    assert plan.of(BROADCAST).times.p99 < 2
    assert plan.of(CONNECTIONS).times.p99 > 100
    assert [need.quota.name for need in words.short_quotas(plan.of(BROADCAST))] == ["Throttle rate"]
    # AND so many who come back at once are refused at first: messages tell them two minutes at most
    assert plan.of(BROADCAST).come_back.throttled.total() > 0
    # AND reports use the quota up in both modes, which the report and the page say
    for mode, delayed in ((CONNECTIONS, "posts wait"), (BROADCAST, "apps that come in are refused")):
        line = words.reports(plan.of(mode)) or ""
        assert "35,000 requests a second" in line
        assert "up for 105 s" in line
        assert delayed in line
        assert line in report(plan)
        assert line.replace("'", "&#x27;") in page(plan)
    assert "impression_share=0.08 fits" in report(plan)


def test_larger_messages_need_a_higher_quota_and_the_plan_says_what_it_brings() -> None:
    # GIVEN messages that AppSync counts seven times, so 2.8 million for one version
    plan = plan_of(400_000, message_bytes=33_000, compared=(1_000,))
    broadcast = plan.of(BROADCAST)
    assert broadcast.times.p99 > 2.8
    assert "Event APIs - Rate of outbound messages per API" in {
        need.quota.name for need in words.short_quotas(broadcast)
    }
    # THEN with the quota that is asked for they are told in time
    assert broadcast.raised_p99 is not None
    assert broadcast.raised_p99 < 2.1
    assert "7 times" in "\n".join(words.verdict(plan))


def test_matches_at_the_same_time_share_the_campaign() -> None:
    # GIVEN ten matches with 200 cohorts each, all with a moment in one instant
    plan = plan_of(1_000, matches=10)
    # THEN the stage's campaign cannot rank all in time, and the plan says how many campaigns can
    assert 0.2 < plan.of(BROADCAST).ranked_share < 0.6
    assert plan.campaigns == 4
    assert "4 campaigns" in "\n".join(words.beyond(plan))


def test_accounts_are_counted_by_the_quota_that_runs_out_first(plan: Plan) -> None:
    (connections,) = words.beyond(plan)
    assert "connections needs" in connections
    assert connections.endswith("first runs out: Throttle rate.")


def test_the_report_and_the_page_say_the_same(plan: Plan) -> None:
    text, html = report(plan), page(plan)
    for line in [words.title(plan), *words.verdict(plan), *words.beyond(plan), *words.basis(plan)]:
        assert line in text
        assert line.replace("'", "&#x27;") in html
    for mode in plan.modes:
        for label, value in words.times(mode):
            assert label in text
            assert value in html


def test_the_page_loads_nothing(plan: Plan) -> None:
    html = page(plan)
    assert "<script" not in html
    assert "<link" not in html
    assert "prefers-color-scheme:dark" in html


@pytest.mark.parametrize(
    ("usd", "p99", "expected"),
    [
        # connections, broadcast: cheaper from the second audience, too slow from the third
        ([(1, 2), (5, 4), (9, 6)], [1, 4, 6], (20, 30)),
        ([(1, 2), (1, 2), (1, 2)], [1, 1, 1], (None, None)),
        ([(2, 1), (2, 1), (2, 1)], [9, 9, 9], (10, 10)),
    ],
)
def test_broadcast_pays_from_an_audience_on(
    plan: Plan,
    usd: list[tuple[float, float]],
    p99: list[float],
    expected: tuple[int | None, int | None],
) -> None:
    comparisons = [
        Comparison(
            viewers=viewers,
            p99={CONNECTIONS: seconds, BROADCAST: 1.0},
            usd={CONNECTIONS: connections, BROADCAST: broadcast},
        )
        for viewers, (connections, broadcast), seconds in zip((10, 20, 30), usd, p99, strict=True)
    ]
    compared = Plan(
        request=plan.request,
        capacity=plan.capacity,
        prices=plan.prices,
        metered_events=1,
        campaigns=1,
        idle_usd=0.0,
        modes=plan.modes,
        comparisons=comparisons,
    )
    assert compared.pays_from() == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.41, "0.4 s"), (9.96, "10.0 s"), (57.2, "57 s"), (2_280, "38 min")]
)
def test_durations_are_told_as_people_say_them(seconds: float, expected: str) -> None:
    assert words.duration(seconds) == expected


@pytest.mark.parametrize(
    ("usd", "expected"), [(0, "0"), (0.002, "<0.01"), (1.154, "1.15"), (1_234.5, "1,234")]
)
def test_money_has_cents_where_there_are_few(usd: float, expected: str) -> None:
    assert words.money(usd) == expected

"""Words of the plan: durations, money and sentences that the terminal and the page share."""

from collections.abc import Sequence
from math import ceil

from domain.delivery_mode import DeliveryMode
from local.account.plan.plan import TOLERATED_SECONDS, ModePlan, Plan
from local.account.plan.quota_needs import QuotaNeed
from local.account.plan.simulation.arrivals import ArrivalOutcome


def duration(seconds: float) -> str:
    """Return seconds as a person would say them."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def money(usd: float) -> str:
    """Return US dollars, with cents where there are few."""
    if 0 < usd < 0.01:
        return "<0.01"
    return f"{usd:,.2f}" if 0 < usd < 10 else f"{usd:,.0f}"


def counted(number: int, thing: str) -> str:
    """Return a number of things."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def title(plan: Plan) -> str:
    """Return what is planned."""
    request = plan.request
    matches = "one match" if request.matches == 1 else f"each of {request.matches} matches at the same time"
    viewers, audiences = counted(request.viewers, "viewer"), counted(request.audiences, "audience")
    return f"{plan.capacity.name}: {viewers} of {matches}, {audiences}"


def times(mode: ModePlan) -> Sequence[tuple[str, str]]:
    """Return the times from a moment to the apps."""
    found = mode.times
    rows = [
        ("first app", duration(found.first)),
        ("half of the apps", duration(found.median)),
        ("99 of 100", duration(found.p99)),
        ("last app", duration(found.last)),
    ]
    told = "all" if found.told > 0.9999 else f"{found.told:.0%}"
    return [*rows, ("told while a goal is shown", told)]


def arrivals(outcome: ArrivalOutcome) -> str:
    """Return how long viewers wait, and how many attempts are throttled."""
    waits = outcome.waits
    waited = (
        f"half wait {duration(waits.reached_by(0.5))}, 99 of 100 at most {duration(waits.reached_by(0.99))},"
        f" the last {duration(waits.last)}"
    )
    attempts = outcome.throttled.total()
    return f"{waited}; {f'{attempts:,} attempts are throttled' if attempts else 'no throttle'}"


def short_quotas(mode: ModePlan) -> Sequence[QuotaNeed]:
    """Return the quotas whose default is too small."""
    return [need for need in mode.quotas if need.is_short]


def quota_line(need: QuotaNeed) -> str:
    """Return one need as a sentence."""
    quota = need.quota
    return (
        f"{quota.service}, {quota.name}: {need.needed:,}, the default is {quota.default:,.0f} ({need.reason})"
    )


def reports(mode: ModePlan) -> str | None:
    """Return what the reports of a version do to the quota that they share; None if they have room."""
    late = mode.reports
    if late is None:
        return None
    is_broadcast = mode.mode is DeliveryMode.BROADCAST
    delayed = "they come late, and apps that come in are refused" if is_broadcast else "posts wait for them"
    line = (
        f"reports of what was seen: {late.per_second:,.0f} requests a second after a version use API"
        f" Gateway's default quota up for {duration(late.seconds)}: {delayed}"
    )
    return line if late.largest_share is None else f"{line}; impression_share={late.largest_share:g} fits"


def month_usd(plan: Plan, mode: ModePlan) -> float:
    """Return the cost of a month: its matches, and what bills while there is none."""
    return mode.match_usd * plan.request.matches_a_month + plan.idle_usd


def verdict(plan: Plan) -> Sequence[str]:
    """Return from which audience `broadcast` pays."""
    cheaper, needed = plan.pays_from()
    compared = plan.comparisons[-1].viewers
    lines = [
        f"By cost: broadcast is cheaper from {cheaper:,} viewers of a match on."
        if cheaper
        else f"By cost: broadcast is not cheaper for any audience up to {compared:,}.",
        f"By time: connections take longer than {TOLERATED_SECONDS:.0f} seconds for 99 of 100 viewers"
        f" from {needed:,} viewers of a match on."
        if needed
        else f"By time: connections are fast enough up to {compared:,} viewers.",
    ]
    if plan.metered_events > 1:
        lines.append(
            f"A message of an audience is {plan.metered_events} times 5 KB, so AppSync counts and bills it"
            f" {plan.metered_events} times for each viewer."
        )
    raised = plan.of(DeliveryMode.BROADCAST).raised_p99
    if raised is not None:
        lines.append(
            f"With the outbound events that are asked for, 99 of 100 have a version after {duration(raised)}."
        )
    return lines


def beyond(plan: Plan) -> Sequence[str]:
    """Return what one campaign and one account are too small for."""
    ranked = min(mode.ranked_share for mode in plan.modes)
    lines = []
    if ranked < 1:
        lines.append(
            f"The stage's campaign ranks {ranked:.0%} of the audiences in time for a moment; the others get"
            " popularity."
        )
    if plan.campaigns > 1:
        lines.append(f"To rank all in time takes {plan.campaigns} campaigns at the quota of one.")
    for mode in plan.modes:
        wanted = {need.quota.name: ceil(need.needed / need.quota.default) for need in own_quotas(mode)}
        name, accounts = max(wanted.items(), key=lambda entry: entry[1])
        if accounts > 1:
            lines.append(
                f"With default quotas, {mode.mode.value} needs {accounts:,} accounts for so many viewers;"
                f" first runs out: {name}."
            )
    return lines


def own_quotas(mode: ModePlan) -> Sequence[QuotaNeed]:
    """Return the quotas of the way to the viewers and back, which each account has anew."""
    services = ("apigateway", "appsync", "cloudfront", "lambda")
    return [need for need in mode.quotas if need.quota.service in services]


def basis(plan: Plan) -> Sequence[str]:
    """Return what the figures rest on."""
    prices = plan.prices
    return [
        "Times are simulated with default quotas; each match has a moment in the same instant. The way from"
        " AWS to the viewer, and the delay of the picture, come on top.",
        f"Prices: {prices.region}, {prices.date}; {prices.unverified} of {len(prices.prices)} were not read"
        f" on a page of AWS. A match has {counted(plan.request.versions, 'version')} and lasts two hours.",
    ]

"""The plan on the terminal."""

from collections.abc import Iterator, Sequence

from local.account.plan import words
from local.account.plan.plan import Plan

LABEL, COLUMN = 32, 16


def report(plan: Plan) -> str:
    """Return the plan as text."""
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    request = plan.request
    yield words.title(plan)
    yield ""
    yield _row("from a moment to the apps", [mode.mode.value for mode in plan.modes])
    for rows in zip(*(words.times(mode) for mode in plan.modes), strict=True):
        yield _row(f"  {rows[0][0]}", [value for _, value in rows])
    yield _row("dispatch tasks of a version", [f"{mode.tasks:,}" for mode in plan.modes])
    yield _row("cost of a match, dollars", [words.money(mode.match_usd) for mode in plan.modes])
    yield _row(
        f"a month of {request.matches_a_month} matches, dollars",
        [words.money(words.month_usd(plan, mode)) for mode in plan.modes],
    )
    yield ""
    yield from words.verdict(plan)
    for mode in plan.modes:
        yield ""
        yield f"{mode.mode.value}"
        yield f"  bottleneck: {mode.bottleneck.name} ({words.duration(mode.bottleneck.seconds)})"
        yield f"  {request.arrivals:,} come in within a minute: {words.arrivals(mode.come_in)}"
        viewers = request.viewers * request.matches
        yield f"  all {viewers:,} come back after an outage: {words.arrivals(mode.come_back)}"
        if late := words.reports(mode):
            yield f"  {late}"
        services = [f"{service} {words.money(usd)}" for service, usd in mode.usd_by_service.items()]
        yield f"  a match costs: {', '.join(services)}"
        short = words.short_quotas(mode)
        yield f"  quotas to ask for: {'none' if not short else ''}".rstrip()
        yield from (f"    {words.quota_line(need)}" for need in short)
    yield from ["", *beyond] if (beyond := words.beyond(plan)) else []
    yield ""
    yield from words.basis(plan)


def _row(label: str, values: Sequence[str]) -> str:
    return f"{label:{LABEL}}" + "".join(f"{value:>{COLUMN}}" for value in values)

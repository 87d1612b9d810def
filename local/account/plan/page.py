"""The plan as one HTML file."""

from collections.abc import Iterator, Sequence
from html import escape

from domain.delivery_mode import DeliveryMode
from local.account.plan import words
from local.account.plan.charts import log_lines, paired_bars
from local.account.plan.plan import ModePlan, Plan

STYLE = """
:root{color-scheme:light dark;--text:#1b1f24;--soft:#57606a;--line:#d8dee4;--back:#fff;
--connections:#9a4a00;--broadcast:#0b57d0}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9aa4af;--line:#30363d;--back:#0d1117;
--connections:#f0a35e;--broadcast:#7cacf8}}
body{font:16px/1.5 system-ui,sans-serif;max-width:800px;margin:2rem auto;padding:0 1rem;color:var(--text);
background:var(--back)}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{max-width:68ch}
table{border-collapse:collapse;width:100%}
td,th{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.connections,text.connections{color:var(--connections);fill:var(--connections);font-weight:600}
th.broadcast,text.broadcast{color:var(--broadcast);fill:var(--broadcast);font-weight:600}
.scroll{overflow-x:auto}svg{width:100%;height:auto;font-size:14px}svg text{fill:var(--text)}
polyline{fill:none;stroke-width:2.5}polyline.connections{stroke:var(--connections)}polyline.broadcast{stroke:var(--broadcast)}
circle.connections,rect.connections{fill:var(--connections)}circle.broadcast,rect.broadcast{fill:var(--broadcast)}
line.grid{stroke:var(--line)}.soft{color:var(--soft);font-size:.9rem}
"""


def page(plan: Plan) -> str:
    """Return the page as HTML."""
    body = "\n".join(_parts(plan))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Touchline: plan</title><style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _parts(plan: Plan) -> Iterator[str]:
    yield f"<h1>{escape(words.title(plan))}</h1>"
    yield from (f"<p>{escape(line)}</p>" for line in words.verdict(plan))
    yield "<h2>From a moment to the apps</h2>"
    yield _by_mode(plan, [*zip(*(words.times(mode) for mode in plan.modes), strict=True)])
    for mode in plan.modes:
        found = f"{mode.bottleneck.name} ({words.duration(mode.bottleneck.seconds)})"
        yield f"<p>The bottleneck of <b>{mode.mode.value}</b>: {escape(found)}.</p>"
    compared = [each.viewers for each in plan.comparisons]
    yield "<h2>Time until 99 of 100 apps have it, by viewers of a match</h2>"
    yield log_lines(
        "Seconds until 99 of 100 apps have a version, by viewers",
        compared,
        {mode.value: [each.p99[mode] for each in plan.comparisons] for mode in DeliveryMode},
        x_words=_count,
        y_words=words.duration,
    )
    yield "<h2>Cost of a match in dollars, by viewers</h2>"
    yield log_lines(
        "Dollars of a match, by viewers",
        compared,
        {mode.value: [each.usd[mode] for each in plan.comparisons] for mode in DeliveryMode},
        x_words=_count,
        y_words=words.money,
    )
    yield "<h2>Cost of this match by service, in dollars</h2>"
    yield paired_bars("Dollars of this match by service", _by_service(plan), words.money)
    month = [f"{mode.mode.value} {words.money(words.month_usd(plan, mode))}" for mode in plan.modes]
    yield (
        f"<p>A month of {plan.request.matches_a_month} such matches, with what bills between them: "
        f"{' and '.join(month)} dollars.</p>"
    )
    yield "<h2>Coming in and coming back</h2>"
    yield from _arrivals(plan)
    yield "<h2>Quotas to ask for</h2>"
    yield from (_quotas(mode) for mode in plan.modes)
    for mode in plan.modes:
        if late := words.reports(mode):
            yield f"<p><b>{mode.mode.value}</b>: {escape(late)}.</p>"
    if beyond := words.beyond(plan):
        yield "<h2>Beyond one campaign and one account</h2>"
        yield from (f"<p>{escape(line)}</p>" for line in beyond)
    yield "<h2>Basis</h2>"
    yield from (f'<p class="soft">{escape(line)}</p>' for line in words.basis(plan))
    yield _uses(plan)


def _by_mode(plan: Plan, rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    head = "".join(f'<th class="number {mode.mode.value}">{mode.mode.value}</th>' for mode in plan.modes)
    lines = "".join(
        f"<tr><td>{escape(row[0][0])}</td>"
        + "".join(f'<td class="number">{escape(value)}</td>' for _, value in row)
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><tr><th></th>{head}</tr>{lines}</table></div>'


def _by_service(plan: Plan) -> dict[str, dict[str, float]]:
    services = dict.fromkeys(
        service
        for mode in sorted(plan.modes, key=lambda each: -each.match_usd)
        for service in mode.usd_by_service
    )
    return {
        service: {mode.mode.value: mode.usd_by_service.get(service, 0.0) for mode in plan.modes}
        for service in services
    }


def _arrivals(plan: Plan) -> Iterator[str]:
    viewers = plan.request.viewers * plan.request.matches
    for text, which in (
        (f"{plan.request.arrivals:,} come in within a minute", "come_in"),
        (f"All {viewers:,} come back after an outage", "come_back"),
    ):
        rows = "".join(
            f'<tr><th class="{mode.mode.value}">{mode.mode.value}</th>'
            f"<td>{escape(words.arrivals(getattr(mode, which)))}</td></tr>"
            for mode in plan.modes
        )
        yield f"<p>{text}:</p><table>{rows}</table>"


def _quotas(mode: ModePlan) -> str:
    rows = "".join(
        f"<tr><td>{escape(need.quota.service)}: {escape(need.quota.name)}<br>"
        f'<span class="soft">{escape(need.reason)}</span></td>'
        f'<td class="number">{need.needed:,}</td><td class="number">{need.quota.default:,.0f}</td></tr>'
        for need in words.short_quotas(mode)
    )
    none = "<tr><td>none</td><td></td><td></td></tr>"
    head = (
        f'<tr><th class="{mode.mode.value}">{mode.mode.value}</th>'
        '<th class="number">needed</th><th class="number">default</th></tr>'
    )
    return f'<div class="scroll"><table>{head}{rows or none}</table></div>'


def _uses(plan: Plan) -> str:
    """Return each line of the bill, with its price and where that is from."""
    rows = "".join(
        f"<tr><td>{mode.mode.value}</td><td>{escape(cost.usage.service)}: {escape(cost.usage.reason)}</td>"
        f'<td class="number">{cost.usage.quantity:,.0f}</td>'
        f"<td>{escape(plan.prices.prices[cost.usage.price].unit)}</td>"
        f'<td class="number">{words.money(cost.usd)}</td></tr>'
        for mode in plan.modes
        for cost in mode.costs
    )
    prices = "".join(
        f"<tr><td>{escape(price.unit)}</td>"
        f'<td class="number">{price.usd:g} for {price.per:,.0f}</td>'
        f"<td>{escape(price.source)}</td><td>{'read there' if price.verified else 'not verified'}</td></tr>"
        for price in plan.prices.prices.values()
    )
    return (
        "<details><summary>Every line of the bill</summary>"
        '<div class="scroll"><table><tr><th>mode</th><th>what</th><th class="number">quantity</th>'
        f'<th>unit</th><th class="number">dollars</th></tr>{rows}</table></div></details>'
        "<details><summary>Every price</summary>"
        '<div class="scroll"><table><tr><th>unit</th><th class="number">dollars</th><th>source</th>'
        f"<th></th></tr>{prices}</table></div></details>"
    )


def _count(viewers: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if viewers >= size:
            return f"{viewers / size:g}{letter}"
    return f"{viewers:g}"

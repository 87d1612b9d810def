"""The report as one HTML file with an inline plot."""

from collections.abc import Sequence
from html import escape

from local.study.lift.lift import Lift, Screens
from local.study.lift.policies import PolicyValue
from local.study.lift.sample_ratio import SampleRatio

WIDTH, LEFT, ROW = 720, 220, 44
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse}"
    "td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #d8dee4}"
    "td:first-child,th:first-child{text-align:left}h1{font-size:1.5rem}"
)
Row = tuple[str, float, float, float]


def page(
    lift: Lift, screens: Sequence[Screens], policies: Sequence[PolicyValue], ratio: SampleRatio | None
) -> str:
    """Return the page as HTML."""
    arms: list[Row] = [
        ("served by the recommender", lift.served_rate, lift.served_low, lift.served_high),
        ("held out", lift.holdout_rate, lift.holdout_low, lift.holdout_high),
    ]
    estimates = [
        (each.policy, each.doubly_robust.value, each.doubly_robust.low, each.doubly_robust.high)
        for each in policies
    ]
    parts = [
        f"<h1>Lift {_percent(lift.lift)} [{_percent(lift.lift_low)}, {_percent(lift.lift_high)}]</h1>",
        f"<p>Engagements per impression of {lift.served_viewers:,} served viewers and of "
        f"{lift.holdout_viewers:,} held-out viewers, with 95% confidence intervals.</p>",
        *([_sample(ratio)] if ratio else []),
        _plot("Engagements per impression by arm", arms),
        "<h2>Screens by arm and rung</h2>",
        _table(
            ("arm", "rung", "screens"),
            [("held out" if each.holdout else "served", each.rung, f"{each.screens:,}") for each in screens],
        ),
    ]
    if estimates:
        parts += [
            "<h2>Estimates for other policies</h2>",
            "<p>Engagements per screen and slot: doubly robust estimates from the slots with a random trial "
            "of known propensity.</p>",
            _plot("Estimated engagements per screen and slot by policy", estimates),
        ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Touchline: lift</title>'
        f"<style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _sample(ratio: SampleRatio) -> str:
    shares = f"{_percent(ratio.share)} of the viewers are held out, expected {_percent(ratio.expected_share)}"
    verdict = "no sample ratio mismatch" if ratio.holds else "sample ratio mismatch, the lift is not valid"
    return f"<p><strong>{shares}</strong> (p = {ratio.p_value:.2g}): {verdict}.</p>"


def _plot(title: str, rows: Sequence[Row]) -> str:
    """Return an SVG with a value and its interval for each row, with text alternatives."""
    top = max(high for _, _, _, high in rows) * 1.15 or 1.0
    height = ROW * len(rows) + 10

    def x(value: float) -> float:
        return LEFT + max(0.0, value) / top * (WIDTH - LEFT - 90)

    marks = []
    for at, (name, value, low, high) in enumerate(rows):
        y = ROW * at + ROW / 2
        label = f"{_percent(value)} [{_percent(low)}, {_percent(high)}]"
        marks.append(
            f'<g><title>{escape(name)}: {label}</title><text x="0" y="{y + 5:.0f}">{escape(name)}</text>'
            f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{y}" y2="{y}" '
            'stroke="#0b57d0" stroke-width="3"/>'
            f'<circle cx="{x(value):.1f}" cy="{y}" r="6" fill="#0b57d0"/>'
            f'<text x="{x(value):.1f}" y="{y - 10:.0f}" text-anchor="middle">{_percent(value)}</text></g>'
        )
    axis = f'<line x1="{LEFT}" x2="{LEFT}" y1="0" y2="{height}" stroke="#8c959f"/>'
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}" font-size="14">'
        f"<title>{escape(title)}</title>{axis}{''.join(marks)}</svg>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    return f"<table><tr>{heads}</tr>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"

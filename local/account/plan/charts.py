"""Charts of the page, as inline SVG with a text alternative."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 120, 16, 40
BAR, BAR_GAP, BAR_LEFT = 22, 14, 150
LABEL_HEIGHT = 15
LEAST = 0.01
Words = Callable[[float], str]


def log_lines(
    title: str, at: Sequence[float], series: Mapping[str, Sequence[float]], *, x_words: Words, y_words: Words
) -> str:
    """Return lines over logarithmic axes, each named at its end; `series` has a value for each of `at`.

    A value below a hundredth is drawn at the bottom: zero has no place on such an axis.
    """
    values = [max(LEAST, value) for line in series.values() for value in line]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(at[0]), math.log10(at[-1])

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        share = (math.log10(max(LEAST, value)) - low) / max(1, high - low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    marks = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{escape(y_words(value))}</text>'
        for value in (10.0**power for power in range(low, high + 1))
    ]
    marks += [
        f'<text x="{x(10**power):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">'
        f"{escape(x_words(10**power))}</text>"
        for power in range(math.ceil(first), math.floor(last) + 1)
    ]
    labels = _apart({name: y(line[-1]) for name, line in series.items()})
    for name, line in series.items():
        points = " ".join(f"{x(a):.1f},{y(value):.1f}" for a, value in zip(at, line, strict=True))
        dots = "".join(
            f'<circle class="{name}" cx="{x(a):.1f}" cy="{y(value):.1f}" r="4">'
            f"<title>{escape(f'{name}, {x_words(a)} viewers: {y_words(value)}')}</title></circle>"
            for a, value in zip(at, line, strict=True)
        )
        marks.append(
            f'<polyline class="{name}" points="{points}"/>{dots}'
            f'<text class="{name}" x="{x(at[-1]) + 10:.1f}" y="{labels[name] + 4:.1f}">{escape(name)}</text>'
        )
    return _svg(title, HEIGHT, marks)


def paired_bars(title: str, pairs: Mapping[str, Mapping[str, float]], words: Words) -> str:
    """Return a pair of bars for each name, with the value at the end of each bar."""
    most = max((value for pair in pairs.values() for value in pair.values()), default=0.0) or 1.0
    marks: list[str] = []
    top = 0.0
    for name, pair in pairs.items():
        marks.append(
            f'<text x="{BAR_LEFT - 10}" y="{top + BAR * len(pair) / 2 + 5:.0f}" text-anchor="end">'
            f"{escape(name)}</text>"
        )
        for series, value in pair.items():
            width = max(1.0, value / most * (WIDTH - BAR_LEFT - 90))
            told = escape(f"{name}, {series}: {words(value)}")
            marks.append(
                f'<rect class="{series}" x="{BAR_LEFT}" y="{top + 2:.0f}" width="{width:.1f}"'
                f' height="{BAR - 4}" rx="2"><title>{told}</title></rect>'
                f'<text x="{BAR_LEFT + width + 8:.1f}" y="{top + BAR / 2 + 5:.0f}">'
                f"{escape(words(value))}</text>"
            )
            top += BAR
        top += BAR_GAP
    return _svg(title, top, marks)


def _apart(places: Mapping[str, float]) -> Mapping[str, float]:
    """Return the places of labels, moved down where they would overlap."""
    moved: dict[str, float] = {}
    free = -math.inf
    for name, place in sorted(places.items(), key=lambda entry: entry[1]):
        moved[name] = max(place, free)
        free = moved[name] + LABEL_HEIGHT
    return moved


def _svg(title: str, height: float, marks: Sequence[str]) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height:.0f}">'
        f"<title>{escape(title)}</title>{''.join(marks)}</svg>"
    )

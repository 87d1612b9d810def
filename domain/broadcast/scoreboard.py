"""Read a scoreboard from recognised lines of text: score and clock, in spite of OCR errors."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.match import Score

MIN_CONFIDENCE = 0.6
MAX_GOALS = 30
LONGEST_CLOCK_SECONDS = 130 * 60
_MISREAD = str.maketrans("OoQDIl|SB", "000011158")
"""Letters that OCR reads in place of digits; corrected only where nothing but a digit can be."""
_GOALS = r"(?:[0-9]{1,2}|[OoQDIl|SB])"
_TEAM = r"[A-Z][A-Za-zÀ-ÿ.&' ]{1,24}?"
_DASH = r"[-–—:~=]"
_NUMBER = r"[0-9]{1,2}"
_CLOCK = re.compile(
    r"(?<![0-9])(?P<minutes>[0-9OolI]{1,3})\s?[:.;]\s?(?P<seconds>[0-5OolI][0-9OolISB])(?![0-9])"
)
_DASHED = re.compile(rf"{_TEAM}\s*(?P<home>{_GOALS})\s*{_DASH}\s*(?P<away>{_GOALS})\s*{_TEAM}\b")
_SPACED = re.compile(rf"{_TEAM}\s*(?P<home>{_NUMBER})\s+(?P<away>{_NUMBER})\s*{_TEAM}\b")
_ALTERNATING = re.compile(rf"{_TEAM}\s*(?P<home>{_NUMBER})\s*{_TEAM}\s*(?P<away>{_NUMBER})(?![0-9:.])")
_STACKED = re.compile(rf"{_TEAM}\s*(?P<goals>{_GOALS})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of text and its bounding box, in fractions of the picture from the top left (0 to 1)."""

    text: str
    confidence: float
    left: float = 0.0
    top: float = 0.0
    height: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreboardReading:
    """What one frame's scoreboard seems to show; the home team is on the left, or above.

    `clock_seconds` is the clock as it is shown: the second half starts at 2,700 seconds.
    """

    score: Score | None
    clock_seconds: float | None
    confidence: float
    text: str


def read_scoreboard(lines: Sequence[TextLine]) -> ScoreboardReading | None:
    """Return the scoreboard in a frame's text, or None if the frame shows none.

    A score is read only between two names, and only if there is exactly one, so that a table of results from
    elsewhere is not read as a scoreboard.
    """
    rows = list(_rows([line for line in lines if line.confidence >= MIN_CONFIDENCE]))
    clocks = [(seconds, row) for row in rows if (seconds := _clock_in(row.text)) is not None]
    scores = [(goals, row) for row in rows if (goals := _score_in(_without_clock(row.text))) is not None]
    scores = scores or list(_stacked_scores(rows))
    score, score_row = scores[0] if len({found for found, _ in scores}) == 1 else (None, None)
    clock, clock_row = clocks[0] if len({found for found, _ in clocks}) == 1 else (None, None)
    read_rows = [row for row in (score_row, clock_row) if row is not None]
    if not read_rows:
        return None
    return ScoreboardReading(
        score=score,
        clock_seconds=clock,
        confidence=min(row.confidence for row in read_rows),
        text=" / ".join(dict.fromkeys(row.text for row in read_rows))[:200],
    )


def _rows(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Join lines at the same height from left to right: OCR may split a scoreboard anywhere."""
    remaining = sorted(lines, key=lambda line: (line.top, line.left))
    while remaining:
        first = remaining[0]
        row = [line for line in remaining if abs(line.top - first.top) < max(first.height, line.height) / 2]
        remaining = [line for line in remaining if line not in row]
        row.sort(key=lambda line: line.left)
        yield TextLine(
            text=" ".join(line.text.strip() for line in row),
            confidence=min(line.confidence for line in row),
            left=row[0].left,
            top=first.top,
            height=first.height,
        )


def _clock_in(text: str) -> float | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    minutes, seconds = (int(found[name].translate(_MISREAD)) for name in ("minutes", "seconds"))
    total = minutes * 60 + seconds
    return float(total) if seconds < 60 and total <= LONGEST_CLOCK_SECONDS else None


def _without_clock(text: str) -> str:
    return _CLOCK.sub(" ", text)


def _score_in(text: str) -> Score | None:
    for pattern in (_DASHED, _ALTERNATING, _SPACED):
        found = pattern.search(text)
        if found is not None:
            return _score(found["home"], found["away"])
    return None


def _stacked_scores(rows: Sequence[TextLine]) -> Iterator[tuple[Score, TextLine]]:
    """Yield the score of two adjacent rows that each hold a name and a number."""
    for above, below in pairwise(rows):
        home, away = (_STACKED.fullmatch(_without_clock(row.text).strip()) for row in (above, below))
        near = below.top - above.top < 3 * above.height and abs(below.left - above.left) < 0.1
        score = _score(home["goals"], away["goals"]) if home and away and near else None
        if score is not None:
            yield score, above


def _score(home: str, away: str) -> Score | None:
    goals = [int(text.translate(_MISREAD)) for text in (home, away)]
    return Score(home=goals[0], away=goals[1]) if max(goals) <= MAX_GOALS else None

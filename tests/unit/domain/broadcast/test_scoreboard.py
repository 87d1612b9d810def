"""A scoreboard is read in spite of OCR errors, and other text is not taken for one."""

import pytest

from domain.broadcast.scoreboard import TextLine, read_scoreboard
from domain.match import Score


def line(text: str, *, left: float = 0.1, top: float = 0.05, confidence: float = 0.95) -> TextLine:
    return TextLine(text=text, confidence=confidence, left=left, top=top, height=0.05)


@pytest.mark.parametrize(
    ("text", "score", "clock"),
    [
        ("TUR 0-1 ITA 66:12", (0, 1), 3972.0),
        ("TUR0-1ITA", (0, 1), None),
        ("66:12 TUR0 1ITA", (0, 1), 3972.0),
        ("TUR 1ITA 0 89:59 +3", (1, 0), 5399.0),
        ("TUR O-I ITA", (0, 1), None),
        ("Man Utd 2 – 1 Liverpool 12:O5", (2, 1), 725.0),
        ("ENG 10:02", None, 602.0),
    ],
)
def test_a_line_is_read(text: str, score: tuple[int, int] | None, clock: float | None) -> None:
    reading = read_scoreboard([line(text)])
    assert reading is not None
    assert reading.score == (Score(home=score[0], away=score[1]) if score else None)
    assert reading.clock_seconds == clock


@pytest.mark.parametrize("text", ["4-4-2", "Subscribe now", "3-1", "99:99", "FULL TIME", ""])
def test_other_text_is_not_a_scoreboard(text: str) -> None:
    assert read_scoreboard([line(text)]) is None


def test_pieces_of_one_row_are_joined() -> None:
    pieces = [line("ITA", left=0.3), line("TUR", left=0.1), line("0-1", left=0.2), line("08:15", left=0.4)]
    reading = read_scoreboard(pieces)
    assert reading is not None
    assert (reading.score, reading.clock_seconds) == (Score(away=1), 495.0)


def test_teams_may_be_above_one_another() -> None:
    reading = read_scoreboard([line("TUR 0", top=0.05), line("ITA 2", top=0.11)])
    assert reading is not None
    assert reading.score == Score(away=2)


def test_a_table_of_results_is_not_a_score() -> None:
    table = [line("WAL 1-1 SUI", top=0.2), line("DEN 0-1 FIN", top=0.4)]
    assert read_scoreboard(table) is None


def test_lines_with_low_confidence_are_ignored() -> None:
    assert read_scoreboard([line("TUR 0-1 ITA", confidence=0.3)]) is None

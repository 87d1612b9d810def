"""The benchmark's scoring, held to values worked out by hand from its paper."""

import math
import random
from datetime import datetime, timedelta

import pytest

from benchmarks.nab import Labelled, evaluate, held_out
from benchmarks.nab_series import Series, read
from tests.real_data import real_data

ROWS, WINDOW = 1000, (500, 599)


def series(spoken: dict[int, float]) -> Labelled:
    return Labelled(scores=[spoken.get(row, 0.0) for row in range(ROWS)], windows=[WINDOW])


def sigmoid(position: float) -> float:
    return 2 / (1 + math.exp(5 * position)) - 1


def test_silence_is_zero_and_speaking_at_the_start_of_the_window_a_hundred():
    assert evaluate({"silent": series({})}).score == 0
    assert evaluate({"perfect": series({WINDOW[0]: 1.0})}).score == pytest.approx(100)


def test_later_in_the_window_counts_less():
    # GIVEN an alarm at the window's middle row, 50 rows and one before its end
    middle = evaluate({"late": series({549: 1.0})}).score
    # THEN it counts for the sigmoid there, over the sigmoid at the start
    expected = sigmoid(-51 / 100) / sigmoid(-1)
    assert middle == pytest.approx(100 * (expected + 1) / 2)


def test_only_the_first_alarm_of_a_window_counts():
    assert evaluate({"s": series({500: 1.0, 520: 1.0, 599: 1.0})}).score == pytest.approx(100)


def test_an_alarm_outside_costs_by_its_distance_behind_the_window():
    # GIVEN one alarm in time and one a tenth of a window too late, both over the threshold
    near = evaluate({"s": series({500: 0.5, 609: 1.0})}).score
    far = evaluate({"s": series({500: 0.5, 100 + 200: 1.0})}).score
    # THEN each costs 0.11 of its own sigmoid out of the two points between silence and perfection
    assert near == pytest.approx(100 * (2 + 0.11 * sigmoid(10 / 99)) / 2)
    assert far == pytest.approx(100 * (2 - 0.11) / 2)


def test_one_threshold_for_the_whole_corpus():
    # GIVEN two series that each would be perfect with a threshold of its own
    quiet = series({500: 0.2})
    loud = series({500: 0.9, **dict.fromkeys(range(200, 240), 0.5)})
    assert evaluate({"quiet": quiet}).score == evaluate({"loud": loud}).score == pytest.approx(100)
    # THEN together the better choice is to miss one window: forty false alarms would cost more
    together = evaluate({"quiet": quiet, "loud": loud})
    assert (together.score, together.threshold) == (pytest.approx(50), 0.9)


def test_held_out_each_series_is_held_to_the_threshold_of_the_others():
    # GIVEN two series that each would be perfect with a threshold of its own
    corpus = {"quiet": series({500: 0.2}), "loud": series({500: 0.9})}
    # THEN the quiet one is silent at the loud one's threshold, and the loud one perfect at the quiet one's
    assert held_out(corpus) == pytest.approx(50)


def posts(rows: int) -> Series:
    start = datetime(2026, 3, 1)
    return Series(
        instants=[start + timedelta(minutes=5 * row) for row in range(rows)],
        volumes=[40 if 5000 <= row < 5010 else 4 for row in range(rows)],
        windows=[(1000, 1400), (4800, 5200)],
    )


def test_a_redraw_keeps_its_labels_on_what_they_mark():
    whole = posts(8000)
    for seed in range(20):
        # WHEN a series is begun later and thinned
        redrawn = whole.redrawn(random.Random(seed))
        # THEN its last window still begins at the same instant, and no window is half on probation
        first, last = redrawn.windows[-1]
        assert redrawn.instants[first] == whole.instants[4800]
        assert last - first == 400
        assert not any(start < 750 <= end for start, end in redrawn.windows)
        # THEN no post came that was not there, and enough are kept
        assert all(kept <= 40 for kept in redrawn.volumes)
        assert sum(redrawn.volumes) > 0.9 * len(redrawn.volumes)


def test_rows_on_probation_count_neither_way():
    assert evaluate({"s": series({149: 1.0, 500: 1.0})}).score == pytest.approx(100)
    assert evaluate({"s": series({150: 1.0, 500: 1.0})}).score < 100


@pytest.mark.realdata
def test_the_detector_keeps_ahead_of_the_best_published_peer():
    # GIVEN the five series at hand; ARTime's published 81.8 is for all ten
    corpus = {name: one.scored() for name, one in read(real_data("social/nab")).items()}
    result = evaluate(corpus)
    # THEN the score stands clear of it, at a threshold near the middle of the scale
    assert result.score > 84
    assert 0.3 < result.threshold < 0.7
    # THEN no series needs a threshold of its own
    assert held_out(corpus) > 82

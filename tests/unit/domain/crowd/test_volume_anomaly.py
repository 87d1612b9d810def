"""The volume anomaly detector on generated series."""

import json
import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from domain.crowd.volume_anomaly import VolumeAnomaly

START = datetime(2026, 3, 1, tzinfo=UTC)
ROW = timedelta(minutes=5)
DAY = 288


def daily_posts(days: int, *, scale: float = 20.0, seed: int = 7) -> list[float]:
    """Return posts per five minutes: a daily rhythm, counting noise and an occasional flurry."""
    rng = random.Random(seed)
    rows = []
    for row in range(days * DAY):
        usual = scale * (1.2 + math.sin(2 * math.pi * row / DAY))
        flurry = rng.paretovariate(6)
        rows.append(float(max(0, round(rng.gauss(usual, math.sqrt(usual)) * flurry))))
    return rows


def scores(volumes: list[float], detector: VolumeAnomaly | None = None, first_row: int = 0) -> list[float]:
    detector = detector or VolumeAnomaly()
    return [detector.observe(START + (first_row + row) * ROW, volume) for row, volume in enumerate(volumes)]


def with_burst(volumes: list[float], at: int, height: float, rows: int = 6) -> list[float]:
    return [volume + height * (at <= row < at + rows) for row, volume in enumerate(volumes)]


@pytest.mark.parametrize("scale", [3.0, 20.0, 2000.0])
def test_a_burst_stands_out_on_any_scale(scale: float) -> None:
    # GIVEN ten days of a daily rhythm with one burst of forty times the usual
    at = 8 * DAY + 100
    found = scores(with_burst(daily_posts(10, scale=scale), at, 40 * scale))
    # THEN the highest score is within an hour of it
    highest = max(range(len(found)), key=found.__getitem__)
    assert at <= highest < at + 12
    assert found[highest] > 0.6


def test_of_two_equally_rare_bursts_the_larger_scores_higher() -> None:
    # GIVEN bursts of ten times the usual, one in the quiet of the night and one at the height of the day
    usual = [100 * (1.2 + math.sin(2 * math.pi * row / DAY)) for row in range(10 * DAY)]
    night, day = 8 * DAY + DAY * 3 // 4, 8 * DAY + DAY // 4
    found = {
        at: max(scores([posts * (10 if at <= row < at + 6 else 1) for row, posts in enumerate(usual)])[at:])
        for at in (night, day)
    }
    # THEN both are scored, and the one with more posts higher
    assert 0.4 < found[night] < found[day]


def test_scores_stay_between_zero_and_one() -> None:
    found = scores(with_burst(daily_posts(6), 5 * DAY, 1e9))
    assert min(found) >= 0
    assert max(found) <= 1


def test_a_burst_is_scored_once() -> None:
    at = 8 * DAY + 100
    found = scores(with_burst(daily_posts(10), at, 800.0, rows=20))
    assert sum(score > 0.4 for score in found[at : at + DAY]) == 1


def test_the_daily_rhythm_is_not_an_anomaly() -> None:
    # GIVEN three weeks of the rhythm alone, without flurries
    volumes = [100 * (1.2 + math.sin(2 * math.pi * row / DAY)) for row in range(21 * DAY)]
    # THEN no score is high after the first days
    assert max(scores(volumes)[5 * DAY :]) < 0.5


def test_no_score_depends_on_what_comes_later() -> None:
    volumes = with_burst(daily_posts(8), 6 * DAY, 500.0)
    whole = scores(volumes)
    for cut in (3 * DAY, 6 * DAY + 3, 7 * DAY):
        assert scores(volumes[:cut]) == whole[:cut]


def test_a_checkpoint_changes_nothing() -> None:
    volumes = with_burst(daily_posts(8), 6 * DAY + 10, 500.0)
    cut = 6 * DAY + 12
    # GIVEN a detector that is stopped during a burst, and its state as JSON
    before = VolumeAnomaly()
    scores(volumes[:cut], before)
    after = VolumeAnomaly()
    after.restore(json.loads(json.dumps(before.state())))
    # WHEN another detector continues from it
    resumed = scores(volumes[cut:], after, first_row=cut)
    # THEN its scores are those of an uninterrupted run
    assert resumed == pytest.approx(scores(volumes)[cut:], abs=1e-9)


def test_memory_does_not_grow_with_the_series() -> None:
    short, long = VolumeAnomaly(), VolumeAnomaly()
    scores(daily_posts(10), short)
    scores(daily_posts(60), long)
    assert len(json.dumps(long.state())) < 2 * len(json.dumps(short.state()))


@pytest.mark.parametrize("volumes", [[0.0] * 2000, [5.0] * 2000, [1e12, 0.0] * 1000])
def test_flat_and_extreme_series_have_valid_scores(volumes: list[float]) -> None:
    assert all(0 <= score <= 1 for score in scores(volumes))

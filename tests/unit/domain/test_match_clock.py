"""The match clock is shown as broadcasts show it."""

import pytest

from domain.match_clock import PERIOD_LENGTH_SECONDS, PERIOD_START_SECONDS, match_clock


@pytest.mark.parametrize(
    ("period", "clock_seconds", "shown"),
    [
        (1, 0.0, "0:00"),
        (1, 2699.9, "44:59"),
        (1, 2830.0, "45+2:10"),
        (2, 60.0, "46:00"),
        (2, 2700.0, "90+0:00"),
        (3, 61.5, "91:01"),
        (4, 905.0, "120+0:05"),
        (5, 130.0, "122:10"),
    ],
)
def test_stoppage_time_counts_on_from_the_end_of_the_period(
    period: int, clock_seconds: float, shown: str
) -> None:
    assert match_clock(period, clock_seconds) == shown


def test_each_period_starts_where_the_one_before_it_ends() -> None:
    for period in (1, 2, 3, 4):
        end = PERIOD_START_SECONDS[period] + PERIOD_LENGTH_SECONDS[period]
        assert PERIOD_START_SECONDS[period + 1] == end

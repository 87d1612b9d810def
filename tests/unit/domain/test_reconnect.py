"""Apps spread their reconnects by the number of a match's subscribers."""

import pytest

from domain.reconnect import reconnect_window_seconds


@pytest.mark.parametrize(
    ("subscribers", "seconds"),
    [(1, 2), (800, 2), (801, 3), (20_000, 50), (48_000, 120), (1_000_000, 120)],
)
def test_the_window_grows_with_the_audience_within_limits(subscribers: int, seconds: int) -> None:
    assert reconnect_window_seconds(subscribers) == seconds

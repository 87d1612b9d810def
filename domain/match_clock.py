"""The match clock: when each period starts, how long it lasts, and how broadcasts show a time in it."""

PERIOD_START_SECONDS = {1: 0.0, 2: 2700.0, 3: 5400.0, 4: 6300.0, 5: 7200.0}
"""The time on the match clock at which each period starts, without stoppage time."""
PERIOD_LENGTH_SECONDS = {1: 2700.0, 2: 2700.0, 3: 900.0, 4: 900.0, 5: 0.0}
"""How long each period lasts, without stoppage time; the shoot-out (5) has no clock."""


def match_minute(period: int, clock_seconds: float) -> str:
    """Return the minute as reports of a match count it, from 1; stoppage time counts on, as 45+2."""
    start, length = int(PERIOD_START_SECONDS[period] // 60), int(PERIOD_LENGTH_SECONDS[period] // 60)
    minute = int(clock_seconds // 60) + 1
    return f"{start + length}+{minute - length}" if minute > length else str(start + minute)


def match_clock(period: int, clock_seconds: float) -> str:
    """Return the clock as broadcasts show it; stoppage time counts on from the period's end, as 45+2:10."""
    start, length = int(PERIOD_START_SECONDS[period] // 60), int(PERIOD_LENGTH_SECONDS[period] // 60)
    minutes, seconds = divmod(int(clock_seconds), 60)
    if length and minutes >= length:
        return f"{start + length}+{minutes - length}:{seconds:02d}"
    return f"{start + minutes}:{seconds:02d}"

"""How far a screen is from the moment that it shows, by the playlist of the video."""

import re
import urllib.request
from datetime import datetime, timedelta

BEHIND_SECONDS = (5, 20, 60)
"""In programme time, which runs twice as fast as the clock."""


def error_ms(site: str, due: datetime, picture_seconds: float) -> float:
    """Return how long after `due` the picture was, in wall-clock milliseconds, by the playlist."""
    shown, pace = programme_time(site, picture_seconds)
    return (shown - due).total_seconds() * 1000 / pace


def programme_time(site: str, picture_seconds: float) -> tuple[datetime, float]:
    """Return the programme time at a position of the video, and its speed there."""
    with urllib.request.urlopen(f"{site}/stream/live.m3u8") as answer:
        dates = re.findall(r"PROGRAM-DATE-TIME:(\S+)", answer.read().decode())
    times = [datetime.fromisoformat(date) for date in dates]
    segment = int(picture_seconds)
    pace = (times[segment + 1] - times[segment]).total_seconds()
    return times[segment] + timedelta(seconds=(picture_seconds - segment) * pace), pace

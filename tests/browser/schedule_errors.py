"""How far a screen is from the moment that it shows, by the playlist of the video."""

import re
import urllib.request
from datetime import datetime, timedelta

from tests.support.waiting import eventually

BEHIND_SECONDS = (5, 20, 60)
"""In programme time, which runs twice as fast as the clock."""
EARLY_MS = 20.0
"""A fifth of a frame: the pace of the newest segment is a guess of the app until the next one is listed."""


def error_ms(site: str, due: datetime, picture_seconds: float) -> float:
    """Return how long after `due` the picture was, in wall-clock milliseconds, by the playlist."""
    shown, pace = programme_time(site, picture_seconds)
    return (shown - due).total_seconds() * 1000 / pace


def wait_for_distance(site: str, seconds: float) -> None:
    """Wait until the stream is old enough for a page so many seconds of video behind its live edge."""
    eventually(lambda: len(_segment_times(site)) > seconds, f"{seconds:.0f} s of video", 90)


def programme_time(site: str, picture_seconds: float) -> tuple[datetime, float]:
    """Return the programme time at a position of the video, and its speed there."""
    segment = int(picture_seconds)
    # The newest segment has its speed when the next one is listed, which a slow encoder may delay.
    eventually(lambda: len(_segment_times(site)) > segment + 1, f"segment {segment + 1} of the video")
    begins_at, next_begins_at = _segment_times(site)[segment : segment + 2]
    pace = (next_begins_at - begins_at).total_seconds()
    return begins_at + timedelta(seconds=(picture_seconds - segment) * pace), pace


def _segment_times(site: str) -> list[datetime]:
    with urllib.request.urlopen(f"{site}/stream/live.m3u8") as answer:
        dates = re.findall(r"PROGRAM-DATE-TIME:(\S+)", answer.read().decode())
    return [datetime.fromisoformat(date) for date in dates]

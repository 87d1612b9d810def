"""A sample of the broadcast: one frame of the picture or one segment of the sound, with its media time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidFieldError

EXPECTED_KEY = (
    "samples/<match id>/<epoch milliseconds>.<kind> "
    "or samples/<match id>/<name>-<YYYYMMDDThhmmss>.<counter>.<kind>"
)
_BY_TIME = re.compile(r"samples/(?P<match_id>[^/]{1,100})/(?P<at_ms>\d{12,14})\.(?P<kind>\w{3,5})")
_BY_COUNTER = re.compile(
    r"samples/(?P<match_id>[^/]{1,100})/[^/]*?(?P<started>\d{8}T\d{6})[^/.]*\.(?P<counter>\d{5,9})\.(?P<kind>\w{3,5})"
)


class SampleKind(StrEnum):
    """Whether a sample is picture or sound."""

    FRAME = "frame"
    AUDIO = "audio"


KINDS = {
    "jpg": SampleKind.FRAME,
    "jpeg": SampleKind.FRAME,
    "png": SampleKind.FRAME,
    "wav": SampleKind.AUDIO,
    "mp3": SampleKind.AUDIO,
    "mp4": SampleKind.AUDIO,
    "m4a": SampleKind.AUDIO,
    "flac": SampleKind.AUDIO,
    "ogg": SampleKind.AUDIO,
    "webm": SampleKind.AUDIO,
}
"""File extensions that Rekognition and Transcribe accept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How often the channel takes a frame, and how long a segment of its sound is."""

    frame_interval_seconds: float
    audio_segment_seconds: float

    def seconds_of(self, kind: SampleKind) -> float:
        """Return the time between two samples of a kind."""
        return self.frame_interval_seconds if kind is SampleKind.FRAME else self.audio_segment_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The location of a sample in S3, and the media time of its start."""

    bucket: str
    key: str
    match_id: str
    kind: SampleKind
    media_format: str
    media_time: datetime

    def is_due(self, every_seconds: float, interval_seconds: float) -> bool:
        """True if this sample is the one to analyse when one in `every_seconds` is enough; 0 means none.

        It is the first sample of each period of `every_seconds`, in whatever order samples arrive.
        """
        if every_seconds <= 0:
            return False
        at = self.media_time.timestamp()
        return at // every_seconds != (at - interval_seconds) // every_seconds


def parse_sample_key(bucket: str, key: str, sampling: Sampling) -> Sample:
    """Return the sample of an S3 key; raises InvalidFieldError if it does not name a match and a time."""
    key_match = _BY_TIME.fullmatch(key) or _BY_COUNTER.fullmatch(key)
    if key_match is None:
        raise InvalidFieldError("key", EXPECTED_KEY, key)
    media_format = key_match["kind"].lower()
    if media_format not in KINDS:
        raise InvalidFieldError("key", "a key that ends in " + ", ".join(KINDS), key)
    kind = KINDS[media_format]
    return Sample(
        bucket=bucket,
        key=key,
        match_id=key_match["match_id"],
        kind=kind,
        media_format=media_format,
        media_time=_media_time(key_match, key, sampling.seconds_of(kind)),
    )


def _media_time(key_match: re.Match[str], key: str, seconds: float) -> datetime:
    fields = key_match.groupdict()
    if "at_ms" in fields:
        return datetime.fromtimestamp(int(fields["at_ms"]) / 1000, UTC)
    try:
        started = datetime.strptime(fields["started"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return started + timedelta(seconds=int(fields["counter"]) * seconds)
    except (ValueError, OverflowError):
        raise InvalidFieldError("key", "a time that exists, such as 20210611T190000", key) from None

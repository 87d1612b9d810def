"""A sample of the broadcast: one frame of the picture or one segment of the sound, and when it was on air."""

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
    r"samples/(?P<match_id>[^/]{1,100})/[^/]*?(?P<begun>\d{8}T\d{6})[^/.]*\.(?P<counter>\d{5,9})\.(?P<kind>\w{3,5})"
)


class SampleKind(StrEnum):
    """Which sense a sample is for."""

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
"""What Rekognition and Transcribe can take, by the end of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How often the channel takes a frame, and how long a segment of its sound is."""

    frame_interval_seconds: float
    audio_segment_seconds: float

    def seconds_of(self, kind: SampleKind) -> float:
        """The time between two samples of a kind."""
        return self.frame_interval_seconds if kind is SampleKind.FRAME else self.audio_segment_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Where a sample lies, and its place in the programme; `media_time` is when it begins."""

    bucket: str
    key: str
    match_id: str
    kind: SampleKind
    media_format: str
    media_time: datetime

    def is_due(self, every_seconds: float, interval_seconds: float) -> bool:
        """Whether this sample is the one to look at, when one in `every_seconds` is enough; 0 means none.

        It is the first sample of each stretch of time, whichever order samples come in.
        """
        if every_seconds <= 0:
            return False
        at = self.media_time.timestamp()
        return at // every_seconds != (at - interval_seconds) // every_seconds


def parse_sample_key(bucket: str, key: str, sampling: Sampling) -> Sample:
    """The sample of this name; raises InvalidFieldError when the name does not say which match and time."""
    named = _BY_TIME.fullmatch(key) or _BY_COUNTER.fullmatch(key)
    if named is None:
        raise InvalidFieldError("key", EXPECTED_KEY, key)
    media_format = named["kind"].lower()
    if media_format not in KINDS:
        raise InvalidFieldError("key", "a name that ends in " + ", ".join(KINDS), key)
    kind = KINDS[media_format]
    return Sample(
        bucket=bucket,
        key=key,
        match_id=named["match_id"],
        kind=kind,
        media_format=media_format,
        media_time=_media_time(named, key, sampling.seconds_of(kind)),
    )


def _media_time(named: re.Match[str], key: str, seconds: float) -> datetime:
    fields = named.groupdict()
    if "at_ms" in fields:
        return datetime.fromtimestamp(int(fields["at_ms"]) / 1000, UTC)
    try:
        begun = datetime.strptime(fields["begun"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return begun + timedelta(seconds=int(fields["counter"]) * seconds)
    except (ValueError, OverflowError):
        raise InvalidFieldError("key", "a time that exists, such as 20210611T190000", key) from None

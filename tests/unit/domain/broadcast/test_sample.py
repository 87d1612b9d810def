"""A sample's key names its match and its media time."""

from datetime import UTC, datetime

import pytest

from domain.broadcast.sample import SampleKind, Sampling, parse_sample_key
from domain.errors import InvalidFieldError

SAMPLING = Sampling(frame_interval_seconds=5, audio_segment_seconds=30)


@pytest.mark.parametrize(
    ("key", "kind", "media_time"),
    [
        ("samples/m/1623438000000.jpg", SampleKind.FRAME, datetime(2021, 6, 11, 19, 0, tzinfo=UTC)),
        (
            "samples/m/frame-20210611T190000.00012.jpg",
            SampleKind.FRAME,
            datetime(2021, 6, 11, 19, 1, tzinfo=UTC),
        ),
        (
            "samples/m/sound-20210611T190000.000002.wav",
            SampleKind.AUDIO,
            datetime(2021, 6, 11, 19, 1, tzinfo=UTC),
        ),
    ],
)
def test_both_layouts_are_read(key: str, kind: SampleKind, media_time: datetime) -> None:
    sample = parse_sample_key("media", key, SAMPLING)
    assert (sample.match_id, sample.kind, sample.media_time) == ("m", kind, media_time)


@pytest.mark.parametrize(
    "key",
    [
        "m/1623438000000.jpg",
        "samples/m/frame.jpg",
        "samples/m/1623438000000.txt",
        "samples/m/frame-20211399T190000.00001.jpg",
    ],
)
def test_a_key_without_match_or_time_is_refused(key: str) -> None:
    with pytest.raises(InvalidFieldError, match="key: expected"):
        parse_sample_key("media", key, SAMPLING)


def test_one_frame_per_period_is_due() -> None:
    keys = [f"samples/m/{1623438000000 + 1000 * second}.jpg" for second in range(30)]
    samples = [parse_sample_key("media", key, SAMPLING) for key in keys]
    assert sum(sample.is_due(10, 1) for sample in samples) == 3
    assert sum(sample.is_due(1, 1) for sample in samples) == 30
    assert not any(sample.is_due(0, 1) for sample in samples)

"""Spotting phrases in speech with PocketSphinx, whose package contains its English acoustic model.

The recogniser finds the phrases of a list and no other words. docs/broadcast.md says why dictation with the
package's language model is not used.
"""

import io
import tempfile
import wave
from dataclasses import dataclass
from typing import Any

import numpy

RATE = 16_000
FRAMES_PER_SECOND = 100
MAX_AMPLITUDE = 32_767
PHRASES = {
    "goal": "1e-12",
    "red card": "1e-8",
    "yellow card": "1e-12",
    "penalty": "1e-12",
    "sent off": "1e-8",
}
"""The phrases with their detection thresholds; long phrases need lower ones."""


class InvalidAudioError(Exception):
    """The bytes are not a complete WAV file of 16-bit samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPhrase:
    """A phrase with its start and end since the beginning of the recording; `confidence` is 0 to 1."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


def spot_phrases(audio: bytes) -> list[SpokenPhrase]:
    """Return the phrases in a WAV file of 16-bit samples; raises InvalidAudioError."""
    samples = _samples(audio)
    from pocketsphinx import Decoder

    with tempfile.NamedTemporaryFile("w", suffix=".phrases") as phrases:
        phrases.writelines(f"{phrase} /{threshold}/\n" for phrase, threshold in PHRASES.items())
        phrases.flush()
        decoder = Decoder(samprate=RATE, lm=None, kws=phrases.name, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(samples.tobytes(), full_utt=True)
    decoder.end_utt()
    return sorted(
        (_phrase(segment) for segment in decoder.seg() or ()), key=lambda phrase: phrase.start_seconds
    )


def _phrase(segment: Any) -> SpokenPhrase:
    return SpokenPhrase(
        text=segment.word.strip(),
        start_seconds=segment.start_frame / FRAMES_PER_SECOND,
        end_seconds=segment.end_frame / FRAMES_PER_SECOND,
        confidence=min(1.0, max(0.0, float(segment.prob))),
    )


def _samples(audio: bytes) -> Any:
    """Return the samples as one channel at 16 kHz."""
    try:
        with wave.open(io.BytesIO(audio)) as sound:
            channels, width, rate, count = sound.getparams()[:4]
            content = sound.readframes(count)
    except (wave.Error, EOFError, ValueError) as error:
        raise InvalidAudioError(f"The media isn't a WAV file: {error}") from error
    if width != 2:
        raise InvalidAudioError(f"expected samples of 16 bits, got {8 * width}")
    if not count or len(content) < count * channels * width:
        raise InvalidAudioError(
            f"expected {count} samples, got {len(content) // (channels * width)}: truncated"
        )
    mono = numpy.frombuffer(content, "<i2").reshape(-1, channels).mean(axis=1)
    times = numpy.arange(int(len(mono) * RATE / rate)) * rate / RATE
    return numpy.clip(
        numpy.interp(times, numpy.arange(len(mono)), mono), -MAX_AMPLITUDE, MAX_AMPLITUDE
    ).astype("<i2")

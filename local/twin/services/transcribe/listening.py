"""Listening for phrases with PocketSphinx, whose English acoustic model is inside its package.

The recogniser spots phrases of a list in running speech; it writes down nothing else. Open dictation with the
package's language model was measured first: docs/broadcast.md says why it is not used.
"""

import io
import tempfile
import wave
from dataclasses import dataclass
from typing import Any

import numpy

RATE = 16_000
FRAMES_PER_SECOND = 100
LOUDEST = 32_767
PHRASES = {
    "goal": "1e-12",
    "red card": "1e-8",
    "yellow card": "1e-12",
    "penalty": "1e-12",
    "sent off": "1e-8",
}
"""Phrases and how sure the recogniser must be of each; long phrases need less."""


class NotAudioError(Exception):
    """Bytes that are no sound that can be read, or a truncated one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPhrase:
    """A phrase that was heard, in seconds since the beginning; `confidence` is 0 to 1."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


def listen(audio: bytes) -> list[SpokenPhrase]:
    """The phrases in a WAV file of 16-bit samples; raises NotAudioError."""
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
    """One channel at 16 kHz."""
    try:
        with wave.open(io.BytesIO(audio)) as sound:
            channels, width, rate, count = sound.getparams()[:4]
            content = sound.readframes(count)
    except (wave.Error, EOFError, ValueError) as error:
        raise NotAudioError(f"The media isn't a WAV file: {error}") from error
    if width != 2:
        raise NotAudioError(f"expected samples of 16 bits, got {8 * width}")
    if not count or len(content) < count * channels * width:
        raise NotAudioError(f"expected {count} samples, got {len(content) // (channels * width)}: truncated")
    heard = numpy.frombuffer(content, "<i2").reshape(-1, channels).mean(axis=1)
    times = numpy.arange(int(len(heard) * RATE / rate)) * rate / RATE
    return numpy.clip(numpy.interp(times, numpy.arange(len(heard)), heard), -LOUDEST, LOUDEST).astype("<i2")

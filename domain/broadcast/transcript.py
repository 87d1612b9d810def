"""Read the transcript of a transcription job: its words with their times."""

from dataclasses import dataclass

from domain.broadcast.commentary import Word
from domain.errors import InvalidFieldError
from domain.validation import Reader

MAX_ITEMS = 20_000
JOB_PREFIX = "touchline-"
"""Prefix of transcription job names."""
TRANSCRIPTS_FOLDER = "transcripts/"
"""Folder of the media bucket where jobs write their transcripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcription:
    """A finished transcription job: the sample's location, and the transcript or why it failed."""

    bucket: str
    key: str
    transcript: str | None
    failure: str | None


def read_transcript(transcript: object) -> list[Word]:
    """Return the spoken words of Transcribe's output; raises InvalidFieldError that names a wrong field."""
    results = Reader(transcript, "transcript").nested("results", Reader)
    found = results.items("items", _word, maximum=MAX_ITEMS)
    return [word for word in found if word is not None]


def _word(item: object, path: str) -> Word | None:
    reader = Reader(item, path)
    if reader.text("type") != "pronunciation":
        return None
    alternatives = reader.items("alternatives", Reader)
    if not alternatives:
        raise InvalidFieldError(reader.path("alternatives"), "at least one alternative", None)
    return Word(
        text=alternatives[0].text("content"),
        start_seconds=_decimal(reader, "start_time"),
        end_seconds=_decimal(reader, "end_time"),
        confidence=_decimal(alternatives[0], "confidence"),
    )


def _decimal(reader: Reader, name: str) -> float:
    """Read a number that Transcribe writes as a string."""
    value = reader.raw(name, "a number in a string")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InvalidFieldError(reader.path(name), "a number in a string", value) from None

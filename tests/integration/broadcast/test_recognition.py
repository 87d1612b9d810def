"""The twin's OCR engine and phrase recogniser find what is there, and nothing else."""

import pytest

from domain.broadcast.scoreboard import TextLine, read_scoreboard
from domain.match import Score
from local.twin.services.rekognition.ocr import InvalidImageError, TextReader
from local.twin.services.transcribe.phrase_spotting import InvalidAudioError, spot_phrases
from tests.support.scoreboard_frames import Look, frame
from tests.support.speech import speech

DARK_ON_LIGHT = Look(ink=(10, 10, 10), paper=(235, 235, 235))
SMALL = Look(size=19, noise=5)
NOISY = Look(size=30, noise=22, quality=70)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader()


@pytest.mark.parametrize(
    "look", [Look(), DARK_ON_LIGHT, SMALL, NOISY], ids=["plain", "light", "small", "noisy"]
)
def test_a_scoreboard_is_read(reader: TextReader, look: Look) -> None:
    lines = reader.read(frame("TUR 0 - 2 ITA  66:12", look))
    reading = read_scoreboard(
        [
            TextLine(
                text=line.text,
                confidence=line.confidence,
                left=line.corners[0][0],
                top=line.corners[0][1],
                height=line.corners[3][1] - line.corners[0][1],
            )
            for line in lines
        ]
    )
    assert reading is not None
    assert (reading.score, reading.clock_seconds) == (Score(away=2), 3972.0)


def test_a_frame_without_text_has_no_lines(reader: TextReader) -> None:
    assert reader.read(frame(None)) == []


def test_an_invalid_image_is_refused(reader: TextReader) -> None:
    with pytest.raises(InvalidImageError):
        reader.read(frame("TUR 0-2 ITA")[:200])


def test_spoken_phrases_are_found() -> None:
    phrases = spot_phrases(speech("He shoots and it is a goal. What a goal."))
    assert {phrase.text for phrase in phrases} == {"goal"}
    assert 1 < phrases[0].start_seconds < 4


def test_other_speech_has_no_phrases() -> None:
    assert spot_phrases(speech("The weather is nice tonight and the crowd waits quietly.")) == []


def test_invalid_audio_is_refused() -> None:
    sound = speech("A quiet evening.")
    with pytest.raises(InvalidAudioError, match="truncated"):
        spot_phrases(sound[: len(sound) // 2])
    with pytest.raises(InvalidAudioError, match="WAV"):
        spot_phrases(b"no sound")

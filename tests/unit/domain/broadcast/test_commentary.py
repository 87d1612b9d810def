"""Key phrases and excitement are found at their second, and ordinary talk is ignored."""

import pytest

from domain.broadcast.commentary import Word, speech_observations
from domain.broadcast.transcript import read_transcript
from domain.errors import InvalidFieldError


def spoken(text: str, *, seconds_a_word: float = 0.4, start: float = 0.0) -> list[Word]:
    return [
        Word(
            text=word,
            start_seconds=round(start + seconds_a_word * place, 3),
            end_seconds=round(start + seconds_a_word * (place + 1), 3),
            confidence=0.9,
        )
        for place, word in enumerate(text.split())
    ]


def labels(words: list[Word]) -> list[tuple[str, float]]:
    return [(found.observation.label, found.offset_seconds) for found in speech_observations(words)]


def test_a_phrase_is_found_at_its_time() -> None:
    assert labels(spoken("and it is What a goal! for Italy")) == [("PHRASE_GOAL", 1.2)]


@pytest.mark.parametrize("text", ["he takes the goal kick", "off the goal line", "a quiet evening in Rome"])
def test_ordinary_talk_is_not_a_goal(text: str) -> None:
    assert labels(spoken(text)) == []


def test_cards_are_distinguished_by_colour() -> None:
    assert labels(spoken("a red card no he is booked")) == [
        ("PHRASE_RED_CARD", 0.4),
        ("PHRASE_YELLOW_CARD", 2.4),
    ]


def test_fast_speech_with_excited_words_is_excitement() -> None:
    calm = spoken("the ball goes back to the keeper and over to the left side again now", seconds_a_word=0.9)
    loud = spoken(
        "goal goal goal oh unbelievable what a strike from the captain yes", seconds_a_word=0.25, start=20
    )
    found = {item.observation.label: item for item in speech_observations(calm + loud)}
    assert found["EXCITEMENT"].offset_seconds >= 19
    assert "EXCITEMENT" not in {label for label, _ in labels(calm)}


def test_a_wrong_field_of_a_transcript_is_named() -> None:
    item = {"type": "pronunciation", "start_time": "x", "alternatives": [{"content": "a", "confidence": "1"}]}
    with pytest.raises(InvalidFieldError) as refusal:
        read_transcript({"results": {"items": [item]}})
    assert refusal.value.field == "transcript.results.items[0].start_time"

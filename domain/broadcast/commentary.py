"""Observations in the commentary: key phrases, and excitement by the words and the rate of speech."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain.broadcast.sample_observation import SampleObservation
from domain.signal import Observation

ANALYSER = "commentary"
PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PHRASE_GOAL": ("what a goal", "it's a goal", "goal", "scores", "back of the net", "equaliser"),
        "PHRASE_RED_CARD": ("red card", "sent off", "sending off", "second yellow"),
        "PHRASE_YELLOW_CARD": ("yellow card", "booked", "booking"),
        "PHRASE_PENALTY": ("penalty", "spot kick"),
        "PHRASE_REVIEW": ("video review", "var check", "checking the monitor"),
    }
)
GOAL_COMPOUNDS = frozenset({"kick", "line", "keeper", "difference", "post", "mouth"})
"""Words that change the meaning of "goal" when they follow it."""
EXCITED_WORDS = frozenset({"goal", "unbelievable", "incredible", "amazing", "brilliant", "oh", "yes", "wow"})
WINDOW_SECONDS = 6.0
EXCITED_RATE = 1.4
"""A rate of speech this many times the segment's mean counts fully towards excitement."""
MIN_WORDS = 4
MIN_WORD_CONFIDENCE = 0.5
MIN_EXCITEMENT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A spoken word; seconds count from the start of the segment, `confidence` is 0 to 1."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


def speech_observations(words: Sequence[Word]) -> list[SampleObservation]:
    """Return the key phrases and the most excited passage of a segment."""
    confident = [word for word in words if word.confidence >= MIN_WORD_CONFIDENCE]
    return [*_phrases(confident), *_excitement(confident)]


def _phrases(words: Sequence[Word]) -> Iterator[SampleObservation]:
    spoken = [word.text.lower().strip(".,!?") for word in words]
    for label, texts in PHRASES.items():
        phrases = [tuple(text.split()) for text in texts]
        position = 0
        while position < len(spoken):
            found = next((phrase for phrase in phrases if _starts_at(phrase, spoken, position)), None)
            if found is None:
                position += 1
                continue
            matched = words[position : position + len(found)]
            yield SampleObservation(
                observation=Observation(
                    analyser=ANALYSER,
                    label=label,
                    confidence=min(word.confidence for word in matched),
                    text=" ".join(found),
                ),
                offset_seconds=matched[0].start_seconds,
            )
            position += len(found)


def _starts_at(phrase: tuple[str, ...], spoken: Sequence[str], position: int) -> bool:
    end = position + len(phrase)
    if tuple(spoken[position:end]) != phrase:
        return False
    following = spoken[end : end + 1]
    return not (phrase[-1] == "goal" and following and following[0] in GOAL_COMPOUNDS)


def _excitement(words: Sequence[Word]) -> Iterator[SampleObservation]:
    """Yield the most excited passage of a segment, if any is excited enough."""
    if not words:
        return
    duration = max(word.end_seconds for word in words) - words[0].start_seconds
    mean_rate = len(words) / max(duration, WINDOW_SECONDS)
    passages = [_passage(words, first) for first in range(len(words))]
    scored = [
        (_excitement_of(passage, len(passage) / WINDOW_SECONDS / mean_rate), -passage[0].start_seconds)
        for passage in passages
        if len(passage) >= MIN_WORDS
    ]
    if scored and max(scored)[0] >= MIN_EXCITEMENT:
        level, start = max(scored)
        yield SampleObservation(
            observation=Observation(analyser=ANALYSER, label="EXCITEMENT", confidence=round(level, 3)),
            offset_seconds=-start,
        )


def _passage(words: Sequence[Word], first: int) -> list[Word]:
    end = words[first].start_seconds + WINDOW_SECONDS
    return [word for word in words[first:] if word.start_seconds < end]


def _excitement_of(passage: Sequence[Word], relative_rate: float) -> float:
    """Return the excitement, 0 to 1: half from the words, half from the rate of speech."""
    excited = sum(word.text.lower().strip(".,!?") in EXCITED_WORDS for word in passage)
    return 0.5 * min(1.0, excited / 3) + 0.5 * min(1.0, max(0.0, (relative_rate - 1) / (EXCITED_RATE - 1)))

"""What the commentary says: key phrases, and how excited the voice is by what and how fast it speaks."""

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
NOT_THE_GOAL = frozenset({"kick", "line", "keeper", "difference", "post", "mouth"})
"""Words that make "goal" mean something else when they follow it."""
EXCITED_WORDS = frozenset({"goal", "unbelievable", "incredible", "amazing", "brilliant", "oh", "yes", "wow"})
WINDOW_SECONDS = 6.0
EXCITED_RATE = 1.4
"""Speech this much faster than the segment's usual counts as hurried."""
MIN_WORDS = 4
MIN_WORD_CONFIDENCE = 0.5
MIN_EXCITEMENT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A spoken word; seconds count from the segment's beginning, `confidence` is 0 to 1."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


def speech_observations(words: Sequence[Word]) -> list[SampleObservation]:
    """The key phrases and the most excited stretch of a segment."""
    sure = [word for word in words if word.confidence >= MIN_WORD_CONFIDENCE]
    return [*_phrases(sure), *_excitement(sure)]


def _phrases(words: Sequence[Word]) -> Iterator[SampleObservation]:
    spoken = [word.text.lower().strip(".,!?") for word in words]
    for label, phrases in PHRASES.items():
        wanted = [tuple(phrase.split()) for phrase in phrases]
        at = 0
        while at < len(spoken):
            found = next((phrase for phrase in wanted if _is_at(phrase, spoken, at)), None)
            if found is None:
                at += 1
                continue
            said = words[at : at + len(found)]
            yield SampleObservation(
                observation=Observation(
                    analyser=ANALYSER,
                    label=label,
                    confidence=min(word.confidence for word in said),
                    text=" ".join(found),
                ),
                offset_seconds=said[0].start_seconds,
            )
            at += len(found)


def _is_at(phrase: tuple[str, ...], spoken: Sequence[str], at: int) -> bool:
    if tuple(spoken[at : at + len(phrase)]) != phrase:
        return False
    following = spoken[at + len(phrase) : at + len(phrase) + 1]
    return not (phrase[-1] == "goal" and following and following[0] in NOT_THE_GOAL)


def _excitement(words: Sequence[Word]) -> Iterator[SampleObservation]:
    """The stretch of a few seconds with the most excited words, spoken fastest; at most one of a segment."""
    stretches = [_stretch(words, first) for first in range(len(words))]
    lasts = max((word.end_seconds for word in words), default=0.0) - (
        words[0].start_seconds if words else 0.0
    )
    usual = len(words) / max(lasts, WINDOW_SECONDS)
    scored = [
        (_excited(stretch, len(stretch) / WINDOW_SECONDS / usual), -stretch[0].start_seconds)
        for stretch in stretches
        if len(stretch) >= MIN_WORDS
    ]
    if scored and max(scored)[0] >= MIN_EXCITEMENT:
        level, start = max(scored)
        yield SampleObservation(
            observation=Observation(analyser=ANALYSER, label="EXCITEMENT", confidence=round(level, 3)),
            offset_seconds=-start,
        )


def _stretch(words: Sequence[Word], first: int) -> list[Word]:
    end = words[first].start_seconds + WINDOW_SECONDS
    return [word for word in words[first:] if word.start_seconds < end]


def _excited(stretch: Sequence[Word], relative_rate: float) -> float:
    """0 to 1: half for the words, half for the haste."""
    excited = sum(word.text.lower().strip(".,!?") in EXCITED_WORDS for word in stretch)
    return 0.5 * min(1.0, excited / 3) + 0.5 * min(1.0, max(0.0, (relative_rate - 1) / (EXCITED_RATE - 1)))

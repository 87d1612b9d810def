"""One taste: some viewers tap some components more, or less, than usual in some circumstances."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields

from domain.cohort import AGE_BANDS
from domain.errors import InvalidFieldError
from domain.registry import MATCH_EVENT, MATCH_PHASE
from domain.validation import Reader, read_text
from local.study.tastes.circumstances import Circumstances, TasteSide

MOST_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """The factor on the probability of a tap where every condition holds; an empty condition always does.

    `components` and `types` select together: a component of either. `because` is the reason, for people.
    """

    because: str
    times: float
    components: frozenset[str]
    types: frozenset[str]
    interests: frozenset[str]
    age_bands: frozenset[str]
    side: TasteSide | None
    events: frozenset[str]
    phases: frozenset[str]

    def is_about(self, component_id: str, component_type: str) -> bool:
        """True if the taste is about a component."""
        return component_id in self.components or component_type in self.types

    def is_of(self, interest: str, age_band: str) -> bool:
        """True if viewers with this interest and age have the taste."""
        return _allows(self.interests, interest) and _allows(self.age_bands, age_band)

    def holds_in(self, circumstances: Circumstances, favourite_team: str) -> bool:
        """True if the taste holds in the circumstances, for viewers with this favourite team."""
        return (
            _allows(self.events, circumstances.event)
            and _allows(self.phases, circumstances.phase)
            and (self.side is None or circumstances.puts(favourite_team, self.side))
        )

    @staticmethod
    def reader(interests: Collection[str]) -> Callable[[object, str], "Taste"]:
        """Return a function that reads a taste of viewers with these interests.

        It raises InvalidFieldError that names the first wrong field.
        """

        def read(value: object, path: str) -> Taste:
            reader = Reader(value, path)
            reader.refuse_others([each.name for each in fields(Taste)])
            if not (reader.has("components") or reader.has("types")):
                raise InvalidFieldError(path, "components or types", value)
            return Taste(
                because=reader.text("because"),
                times=reader.number("times", minimum=0, maximum=MOST_TIMES),
                components=frozenset(reader.items("components", read_text)),
                types=frozenset(reader.items("types", read_text)),
                interests=_words(reader, "interests", interests),
                age_bands=_words(reader, "age_bands", AGE_BANDS),
                side=reader.optional(reader.choice, "side", TasteSide),
                events=_words(reader, "events", MATCH_EVENT.vocabulary),
                phases=_words(reader, "phases", MATCH_PHASE.vocabulary),
            )

        return read


def _allows(words: frozenset[str], word: str) -> bool:
    return not words or word in words


def _words(reader: Reader, name: str, vocabulary: Collection[str]) -> frozenset[str]:
    words = reader.items(name, read_text)
    for word in words:
        if word not in vocabulary:
            raise InvalidFieldError(reader.path(name), "one of " + ", ".join(vocabulary), word)
    return frozenset(words)

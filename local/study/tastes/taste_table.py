"""The table of tastes: how probable a tap is, for a viewer, a component and the circumstances."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.cohort import Cohort
from domain.errors import InvalidFieldError
from domain.validation import Reader
from local.study.tastes.circumstances import Circumstances
from local.study.tastes.interest import Interest, check_shares, interest_of
from local.study.tastes.taste import Taste

TASTES_FILE = Path(__file__).with_name("tastes.json")
LOWEST, HIGHEST = 0.005, 0.75
"""The bounds of every probability: nothing is tapped never, and nothing always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteTable:
    """The usual probability of a tap on each component, and the tastes that multiply it.

    `otherwise` is the usual probability for a component that the table does not name.
    """

    otherwise: float
    interests: tuple[Interest, ...]
    usual: Mapping[str, float]
    tastes: tuple[Taste, ...]

    def interest_of(self, viewer_id: str, cohort: Cohort, teams: Sequence[str]) -> str:
        """Return the name of the viewer's interest at a match of these teams."""
        return interest_of(
            self.interests,
            viewer_id,
            age_band=cohort.age_band,
            is_supporter=cohort.favourite_team in teams,
        ).name

    def usual_probability(self, component_id: str) -> float:
        """Return the probability of a tap before any taste."""
        return self.usual.get(component_id, self.otherwise)

    def probability(
        self,
        component_id: str,
        component_type: str,
        *,
        interest: str,
        cohort: Cohort,
        circumstances: Circumstances,
    ) -> float:
        """Return the probability of a tap."""
        probability = self.usual_probability(component_id)
        for taste in self.tastes:
            if (
                taste.is_about(component_id, component_type)
                and taste.is_of(interest, cohort.age_band)
                and taste.holds_in(circumstances, cohort.favourite_team)
            ):
                probability *= taste.times
        return min(max(probability, LOWEST), HIGHEST)

    @staticmethod
    def from_dict(value: object) -> "TasteTable":
        """Read a table; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value)
        interests = reader.items("interests", Interest.from_dict)
        check_shares(interests, "interests")
        usual = reader.items("components", _read_usual)
        if len({component_id for component_id, _ in usual}) != len(usual):
            raise InvalidFieldError("components", "each component once", len(usual))
        names = [interest.name for interest in interests]
        return TasteTable(
            otherwise=reader.number("otherwise", minimum=0, maximum=1),
            interests=interests,
            usual=dict(usual),
            tastes=reader.items("tastes", Taste.reader(names)),
        )


def read_table(path: Path = TASTES_FILE) -> TasteTable:
    """Read a file of tastes; raises InvalidFieldError that names the first wrong field."""
    document: Any = json.loads(path.read_text(encoding="utf-8"))
    return TasteTable.from_dict(document)


@cache
def default_table() -> TasteTable:
    """Return the tastes of the demo's world; the file is read once."""
    return read_table()


def _read_usual(value: object, path: str) -> tuple[str, float]:
    reader = Reader(value, path)
    reader.refuse_others(("id", "probability", "because"))
    reader.text("because")
    return reader.text("id"), reader.number("probability", minimum=LOWEST, maximum=HIGHEST)

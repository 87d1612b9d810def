"""What simulated viewers click live, by the table of tastes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.cohort import ViewerTraits
from local.study.tastes.circumstances import Circumstances
from local.study.tastes.taste_table import default_table


@dataclass(frozen=True, slots=True)
class TasteClicks:
    """A click model of the viewers of a match between two teams, home first; it can be pickled."""

    home: str
    away: str

    def __call__(
        self, viewer: ViewerTraits, message: Mapping[str, Any], placement: Mapping[str, Any]
    ) -> float:
        """Return the probability that a viewer clicks a placement of a `components` message."""
        table, teams = default_table(), (self.home, self.away)
        return table.probability(
            placement["componentId"],
            placement["type"],
            interest=table.interest_of(viewer.viewer_id, viewer.cohort, teams),
            cohort=viewer.cohort,
            circumstances=Circumstances.of_message(message, teams),
        )

"""What an audience is shown in a version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.choice import Choice
from domain.component import Slot
from domain.placement import Placement
from domain.recommendation import Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePlacements:
    """An audience's recommendation, the placements chosen from it, and those that follow the moment.

    `calm` is the recommendation that `afterwards` is chosen from; None if no moment ends.
    `cleared` are slots that must not keep what they show, where the recommendation is to keep it.
    """

    recommendation: Recommendation
    choice: Choice
    calm: Recommendation | None = None
    afterwards: Sequence[Placement] = ()
    cleared: tuple[Slot, ...] = ()

    def without(self, component_id: str) -> "AudiencePlacements":
        """Return the placements without a component."""
        afterwards = [placed for placed in self.afterwards if placed.component.id != component_id]
        return replace(self, choice=self.choice.without(component_id), afterwards=tuple(afterwards))

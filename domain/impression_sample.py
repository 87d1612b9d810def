"""The sample of impressions that apps report, and what each reported one stands for."""

from dataclasses import dataclass

from domain.channel import is_sampled, viewer_address
from domain.errors import InvalidFieldError
from domain.interaction import Interaction, InteractionType


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpressionSample:
    """A share of impressions, above 0 and at most 1. Which ones does not depend on what viewers do with them.

    An estimate from the weights is unbiased: each impression in the sample stands for `1 / share` impressions
    (Horvitz and Thompson, 1952), and one that is reported for another reason for none.
    """

    share: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise InvalidFieldError("share", "a number above 0, at most 1", self.share)

    def weight(self, match_id: str, viewer_id: str, interaction: Interaction) -> float:
        """Return how many interactions of its type a viewer's interaction stands for."""
        if self.share == 1 or interaction.type is not InteractionType.IMPRESSION:
            return 1.0
        own_address = viewer_address(match_id, viewer_id)
        slot, component_id = interaction.slot.value, interaction.component_id
        is_in_sample = is_sampled(self.share, own_address, interaction.version, slot, component_id)
        return 1 / self.share if is_in_sample else 0.0

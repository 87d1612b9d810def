"""Keys that sign placements, without Secrets Manager, and placements signed with them."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.audience import Audience
from domain.choice import Choice
from domain.cohort import ViewerTraits
from domain.component import Slot
from domain.context import initial_context
from domain.placement import Placement, Rung
from domain.recommendation import Recommendation
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.placement_signature import PlacementSigner
from tests.support import builders


@dataclass
class FixedPlacementKeys:
    """One current key, or none, and those before it."""

    key: bytes | None = b"a key of these tests"
    earlier: tuple[bytes, ...] = ()

    def current(self) -> bytes | None:
        return self.key

    def accepted(self) -> list[bytes]:
        return [each for each in (self.key, *self.earlier) if each is not None]

    def refresh(self) -> bool:
        return False


def a_signer(keys: FixedPlacementKeys | None = None) -> PlacementSigner:
    """Build a signer."""
    return PlacementSigner(keys=keys or FixedPlacementKeys())


def a_signature(
    viewer: ViewerTraits,
    component_id: str = "poll",
    *,
    slot: Slot = Slot.OVERLAY,
    match_id: str = "turkey-italy",
    version: int = 0,
    at: datetime = builders.KICK_OFF,
    by_name: bool = False,
    consents: frozenset[str] = frozenset(),
    holdout: bool = False,
    recommendation_id: str | None = None,
    keys: FixedPlacementKeys | None = None,
) -> str:
    """Return the signature of a placement for a viewer's cohort, or for the viewer."""
    component = builders.a_component(component_id, slot)
    placement = Placement(component=component, rank=1, rung=Rung.COHORT, recommendation_id=recommendation_id)
    signed = a_signer(keys).sign(
        replace(initial_context(builders.a_match(match_id)), version=version),
        Audience(
            cohort=viewer.cohort,
            consents=consents,
            viewer_id=viewer.viewer_id if by_name else None,
            holdout=holdout,
        ),
        AudiencePlacements(
            recommendation=Recommendation(component_ids=(component_id,), rung=Rung.COHORT),
            choice=Choice(placements=(placement,), refused={}),
        ),
        at,
    )
    return str(signed.choice.placements[0].signature)

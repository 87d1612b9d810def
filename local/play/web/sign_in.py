"""The development sign-in: tokens for personas, on this machine only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.cohort import UNKNOWN, Cohort
from local.play.replay.persona import Persona
from local.play.replay.token_minter import TokenMinter


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSignIn:
    """Signs in as any persona without a password, in place of a deployment's user pool and its groups."""

    personas: Sequence[Persona]
    minter: TokenMinter
    groups: tuple[str, ...] = ()

    def listed(self) -> list[dict[str, Any]]:
        """Return the personas for the sign-in page: an operator's groups, or a viewer's known traits."""
        return [
            {
                "id": each.traits.viewer_id,
                "name": each.name,
                **(
                    {"about": ", ".join(self.groups)}
                    if self.groups
                    else {"traits": _traits(each.traits.cohort)}
                ),
            }
            for each in self.personas
        ]

    def token(self, viewer_id: str) -> dict[str, Any] | None:
        """Return an ID token of a persona; None if there is no such persona."""
        for persona in self.personas:
            if persona.traits.viewer_id == viewer_id:
                return {"token": self.minter.id_token(persona.traits, groups=self.groups)}
        return None


def _traits(cohort: Cohort) -> dict[str, str]:
    traits = {
        "favouriteTeam": cohort.favourite_team,
        "ageBand": cohort.age_band,
        "country": cohort.country,
        "tier": cohort.tier,
    }
    return {name: value for name, value in traits.items() if value != UNKNOWN}

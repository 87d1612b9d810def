"""The development sign-in: tokens for personas, on this machine only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.play.replay.persona import Persona
from local.play.replay.personas import describe_cohort
from local.play.replay.token_minter import TokenMinter


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSignIn:
    """Signs in as any persona without a password, in place of a deployment's user pool and its groups."""

    personas: Sequence[Persona]
    minter: TokenMinter
    groups: tuple[str, ...] = ()

    def listed(self) -> list[dict[str, str]]:
        """Return the personas as the sign-in page shows them."""
        return [
            {
                "id": each.traits.viewer_id,
                "name": each.name,
                "about": ", ".join(self.groups) or describe_cohort(each.traits.cohort),
            }
            for each in self.personas
        ]

    def token(self, viewer_id: str) -> dict[str, Any] | None:
        """Return an ID token of a persona; None if there is no such persona."""
        for persona in self.personas:
            if persona.traits.viewer_id == viewer_id:
                return {"token": self.minter.id_token(persona.traits, groups=self.groups)}
        return None

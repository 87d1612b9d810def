"""The development sign-in: tokens for personas, on this machine alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.play.replay.identities import TokenMinter
from local.play.replay.personas import described
from local.play.replay.watcher import Persona


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSignIn:
    """Anybody may be any persona; it stands where a deployment has its user pool, and its groups."""

    personas: Sequence[Persona]
    minter: TokenMinter
    groups: tuple[str, ...] = ()

    def listed(self) -> list[dict[str, str]]:
        """The personas as the sign-in page shows them."""
        return [
            {
                "id": each.traits.viewer_id,
                "name": each.name,
                "about": ", ".join(self.groups) or described(each.traits.cohort),
            }
            for each in self.personas
        ]

    def token(self, viewer_id: str) -> dict[str, Any] | None:
        """An ID token of a persona; None for a stranger."""
        for persona in self.personas:
            if persona.traits.viewer_id == viewer_id:
                return {"token": self.minter.id_token(persona.traits, groups=self.groups)}
        return None

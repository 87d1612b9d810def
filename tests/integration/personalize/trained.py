"""A dataset group with a trained campaign."""

from dataclasses import dataclass

from tests.support.personalize_twin import PersonalizeTwin


@dataclass(kw_only=True)
class Trained:
    """A dataset group with a trained campaign that does not explore."""

    twin: PersonalizeTwin
    group: str
    campaign: str

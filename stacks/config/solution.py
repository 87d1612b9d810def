"""What Personalize fixes when it creates a solution."""

import re
from dataclasses import asdict, dataclass
from typing import Annotated

from domain.interaction import RECOMMENDER_TYPES, InteractionType
from stacks.config.checks import OneOf, check_fields
from stacks.config.fingerprint import fingerprint
from stacks.errors import StageConfigError

CONTEXT_RECIPES = ("aws-user-personalization", "aws-user-personalization-v2")
"""The recipes of Personalize that recommend in a context."""
ADDED_COLUMN = re.compile(r"(Users|Items)\.[A-Z][A-Z0-9_]*")
LearnedType = Annotated[str, OneOf(tuple(kind.value for kind in RECOMMENDER_TYPES))]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionSettings:
    """The create-only properties of a solution; a change of one needs another solution, with another name."""

    recipe: Annotated[str, OneOf(CONTEXT_RECIPES)] = "aws-user-personalization"
    event_type: LearnedType = InteractionType.CLICK.value
    """The interaction that the solution learns from."""
    added_columns: tuple[str, ...] = ()
    """Columns of Users and Items that are newer than the datasets: older solutions never train with them."""

    def __post_init__(self) -> None:
        check_fields(self, "SolutionSettings")
        if not all(map(ADDED_COLUMN.fullmatch, self.added_columns)):
            expected = "columns such as Users.CLUB or Items.SPONSOR"
            raise StageConfigError("SolutionSettings.added_columns", expected, self.added_columns)

    @property
    def fingerprint(self) -> str:
        """Empty for the settings that every stage began with, else a hash of the settings."""
        return fingerprint(asdict(self), first=asdict(SolutionSettings()))

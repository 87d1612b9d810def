"""The recipes that the twin trains."""

from dataclasses import dataclass

from local.twin.services.personalize.errors import ResourceNotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A built-in recipe."""

    name: str
    type: str
    explores: bool = False
    takes_exploration_config: bool = False
    scores: bool = True
    algorithm: str

    @property
    def arn(self) -> str:
        """The ARN; built-in recipes have no account and no region in it."""
        return f"arn:aws:personalize:::recipe/{self.name}"


RECIPES = (
    Recipe(
        name="aws-user-personalization",
        type="USER_PERSONALIZATION",
        explores=True,
        takes_exploration_config=True,
        algorithm="contextual",
    ),
    Recipe(
        name="aws-user-personalization-v2",
        type="USER_PERSONALIZATION",
        explores=True,
        algorithm="contextual",
    ),
    Recipe(name="aws-popularity-count", type="USER_PERSONALIZATION", scores=False, algorithm="popularity"),
    Recipe(name="aws-personalized-ranking", type="PERSONALIZED_RANKING", algorithm="contextual"),
    Recipe(name="aws-personalized-ranking-v2", type="PERSONALIZED_RANKING", algorithm="contextual"),
)


def find_recipe(arn: str) -> Recipe:
    """Return the recipe with this ARN; raises ResourceNotFoundError."""
    for recipe in RECIPES:
        if recipe.arn == arn:
            return recipe
    raise ResourceNotFoundError(f"Resource Arn {arn} does not exist.")

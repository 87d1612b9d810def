"""The built-in recipes."""

from typing import Any

from local.twin.services.personalize.recipes import RECIPES, find_recipe
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import ACTIVE, page_rows

Fields = dict[str, Any]


def list_recipes(state: PersonalizeState, request: Fields) -> Fields:  # noqa: ARG001 - every operation takes both
    """List the recipes; none belongs to a domain."""
    recipes = [] if "domain" in request else RECIPES
    rows = [{"name": recipe.name, "recipeArn": recipe.arn, "status": ACTIVE} for recipe in recipes]
    return page_rows(rows, request, "recipes")


def describe_recipe(state: PersonalizeState, request: Fields) -> Fields:  # noqa: ARG001 - every operation takes both
    """Return a recipe."""
    recipe = find_recipe(request["recipeArn"])
    return {
        "recipe": {"name": recipe.name, "recipeArn": recipe.arn, "status": ACTIVE, "recipeType": recipe.type}
    }

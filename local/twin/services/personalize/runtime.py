"""Personalize's runtime: recommendations and rankings."""

import math
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from local.twin.services.personalize.deployment import Deployment
from local.twin.services.personalize.errors import InvalidInputError, ThrottlingError
from local.twin.services.personalize.filters.evaluation import FilterEvaluation
from local.twin.services.personalize.filters.syntax import Expression, parse_filter
from local.twin.services.personalize.model.exposures import Floats
from local.twin.services.personalize.store import Kind
from local.twin.services.personalize.world import World

Fields = dict[str, Any]
DEFAULT_RESULTS = 25
MAX_RESULTS = 500
MAX_RESULTS_WITH_METADATA = 50
MAX_METADATA_COLUMNS = 10


def get_recommendations(world: World, request: Fields) -> Fields:
    """The items that this user is most likely to engage with, here and now."""
    if "recommenderArn" in request or "campaignArn" not in request:
        raise InvalidInputError("Provide the campaignArn; this dataset group is not of a domain.")
    deployment = _admit(world, request["campaignArn"])
    if deployment.recipe.type != "USER_PERSONALIZATION":
        raise InvalidInputError(f"Recipe {deployment.recipe.name} does not answer GetRecommendations.")
    if not request.get("userId"):
        raise InvalidInputError("userId is required for recipes of type USER_PERSONALIZATION.")
    columns = _metadata_columns(deployment, request)
    wanted = _number_of_results(request, with_metadata=bool(columns))
    ranked = _rank(world, deployment, request)
    allowed = _filtered(world, deployment, request, list(ranked))
    listed = _promote(world, deployment, request, list(ranked), allowed, wanted)
    answer = [_entry(deployment, item, ranked[item], columns, name) for item, name in listed]
    return _answer(deployment, "itemList", answer)


def get_personalized_ranking(world: World, request: Fields) -> Fields:
    """The given items in the order of this user's likely interest; unknown items come last."""
    deployment = _admit(world, request["campaignArn"])
    given = list(dict.fromkeys(request["inputList"]))
    columns = _metadata_columns(deployment, request)
    most = MAX_RESULTS_WITH_METADATA if columns else MAX_RESULTS
    if not given or len(given) > most:
        raise InvalidInputError(f"inputList: expected 1 to {most} items, got {len(given)}.")
    if deployment.recipe.type != "PERSONALIZED_RANKING":
        raise InvalidInputError(f"Recipe {deployment.recipe.name} does not answer GetPersonalizedRanking.")
    ranked = _rank(world, deployment, request, among=set(given))
    known = [item for item in ranked if item in set(given)]
    unknown = [item for item in given if item not in ranked]
    order = _filtered(world, deployment, request, [*known, *unknown])
    answer = [_entry(deployment, item, ranked.get(item), columns, None) for item in order]
    return _answer(deployment, "personalizedRanking", answer)


def _admit(world: World, campaign_arn: str) -> Deployment:
    deployment = world.deployment(campaign_arn)
    if not world.bucket(campaign_arn, world.campaign_tps).admits():
        raise ThrottlingError("Rate exceeded")
    return deployment


def _number_of_results(request: Fields, *, with_metadata: bool) -> int:
    wanted = int(request.get("numResults") or DEFAULT_RESULTS)
    most = MAX_RESULTS_WITH_METADATA if with_metadata else MAX_RESULTS
    if wanted > most:
        raise InvalidInputError(f"numResults: expected at most {most}, got {wanted}.")
    return wanted


def _metadata_columns(deployment: Deployment, request: Fields) -> list[str]:
    asked = request.get("metadataColumns")
    if not asked:
        return []
    if not deployment.config.get("enableMetadataWithRecommendations"):
        raise InvalidInputError("metadataColumns: metadata is not enabled for this campaign.")
    if set(asked) != {"ITEMS"}:
        raise InvalidInputError("metadataColumns: the only key is ITEMS.")
    columns: list[str] = asked["ITEMS"]
    if len(columns) > MAX_METADATA_COLUMNS:
        raise InvalidInputError(f"metadataColumns: expected at most {MAX_METADATA_COLUMNS} columns.")
    found = {name: deployment.holdings.item_column(name) for name in columns}
    for name, column in found.items():
        if column is None:
            raise InvalidInputError(f"metadataColumns: the items schema has no column {name}.")
    return [column.name for column in found.values() if column]


def _rank(
    world: World, deployment: Deployment, request: Fields, *, among: set[str] | None = None
) -> dict[str, float]:
    """Items from best to worst with scores that add up to one."""
    user = request.get("userId")
    traits = deployment.holdings.users.get(user) if user else None
    scores = deployment.model.score(user, traits, request.get("context"))
    values = deployment.explore(scores, world.clock(), np.random.default_rng())
    if among is not None:
        kept = [at for at, item in enumerate(scores.items) if item in among]
        names, values = [scores.items[at] for at in kept], values[kept]
    else:
        names = list(scores.items)
    order = np.argsort(-values, kind="stable")
    shares = _shares(values[order])
    return {names[at]: share for at, share in zip(order.tolist(), shares.tolist(), strict=True)}


def _shares(values: Floats) -> Floats:
    if not len(values):
        return values
    odds = np.exp(np.minimum(values - values.max(), 0))
    shares: Floats = odds / odds.sum()
    return shares


def _filtered(world: World, deployment: Deployment, request: Fields, items: list[str]) -> list[str]:
    if "filterArn" not in request:
        if request.get("filterValues"):
            raise InvalidInputError("filterValues: provide the filterArn too.")
        return items
    return _apply(world, deployment, request, request["filterArn"], request.get("filterValues", {}), items)


def _apply(
    world: World,
    deployment: Deployment,
    request: Fields,
    filter_arn: str,
    values: Mapping[str, str],
    items: list[str],
) -> list[str]:
    found = world.active(Kind.FILTER, filter_arn)
    if found.fields["datasetGroupArn"] != deployment.dataset_group_arn:
        raise InvalidInputError(f"Filter {filter_arn} is not of the campaign's dataset group.")
    evaluation = FilterEvaluation(
        _parsed(found.fields["filterExpression"]),
        values=values,
        user_id=request.get("userId"),
        holdings=deployment.holdings,
    )
    return evaluation.keep(items)


@lru_cache(maxsize=100)
def _parsed(text: str) -> tuple[Expression, ...]:
    return parse_filter(text)


def _promote(
    world: World,
    deployment: Deployment,
    request: Fields,
    ranked: list[str],
    allowed: list[str],
    wanted: int,
) -> list[tuple[str, str | None]]:
    """The best of the allowed items, with the promised share of promoted ones at random places among them.

    A promotion's filter chooses among all items, and the request's filter has no say in it.
    https://docs.aws.amazon.com/personalize/latest/dg/promoting-items.html
    """
    promotions = request.get("promotions")
    if not promotions:
        return [(item, None) for item in allowed[:wanted]]
    promotion = promotions[0]
    for name in ("percentPromotedItems", "filterArn"):
        if name not in promotion:
            raise InvalidInputError(f"promotions.{name} is required.")
    promoted = _apply(
        world, deployment, request, promotion["filterArn"], promotion.get("filterValues", {}), ranked
    )
    chosen = promoted[: math.floor(wanted * promotion["percentPromotedItems"] / 100)]
    others = [item for item in allowed if item not in set(chosen)][: wanted - len(chosen)]
    size = len(chosen) + len(others)
    places = set(np.random.default_rng().choice(size, len(chosen), replace=False).tolist())
    name = promotion.get("name", "promotion")
    next_promoted, next_other = iter(chosen), iter(others)
    return [(next(next_promoted), name) if at in places else (next(next_other), None) for at in range(size)]


def _entry(
    deployment: Deployment, item: str, score: float | None, columns: list[str], promotion: str | None
) -> Fields:
    fields = deployment.holdings.items.get(item, {})
    return {
        "itemId": item,
        "score": score if deployment.recipe.scores else None,
        "promotionName": promotion,
        "metadata": {name.lower(): str(fields[name]) for name in columns if fields.get(name) is not None}
        if columns
        else None,
    }


def _answer(deployment: Deployment, name: str, entries: list[Fields]) -> Fields:
    recommendation_id = f"RID-{uuid.uuid4()}"
    deployment.holdings.recommended(recommendation_id, tuple(entry["itemId"] for entry in entries))
    return {name: entries, "recommendationId": recommendation_id}

"""The runtime API: recommendations and rankings."""

import math
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from local.twin.services.personalize.deployed_model import DeployedModel
from local.twin.services.personalize.errors import InvalidInputError, ThrottlingError
from local.twin.services.personalize.filters.evaluation import FilterEvaluation
from local.twin.services.personalize.filters.syntax import Expression, parse_filter
from local.twin.services.personalize.model.examples import Floats
from local.twin.services.personalize.state import PersonalizeState
from local.twin.services.personalize.store import Kind

Fields = dict[str, Any]
DEFAULT_RESULTS = 25
MAX_RESULTS = 500
MAX_RESULTS_WITH_METADATA = 50
MAX_METADATA_COLUMNS = 10


def get_recommendations(state: PersonalizeState, request: Fields) -> Fields:
    """Return the items that the user is most likely to engage with in this context."""
    if "recommenderArn" in request or "campaignArn" not in request:
        raise InvalidInputError("campaignArn is required; the twin has no recommenders.")
    deployed = _deployed_model(state, request["campaignArn"])
    if deployed.recipe.type != "USER_PERSONALIZATION":
        raise InvalidInputError(f"Recipe {deployed.recipe.name} does not answer GetRecommendations.")
    if not request.get("userId"):
        raise InvalidInputError("userId is required for recipes of type USER_PERSONALIZATION.")
    columns = _metadata_columns(deployed, request)
    wanted = _number_of_results(request, with_metadata=bool(columns))
    ranked = _rank(state, deployed, request)
    allowed = _filtered(state, deployed, request, list(ranked))
    listed = _promote(state, deployed, request, list(ranked), allowed, wanted)
    answer = [_entry(deployed, item, ranked[item], columns, name) for item, name in listed]
    return _answer(deployed, "itemList", answer)


def get_personalized_ranking(state: PersonalizeState, request: Fields) -> Fields:
    """Return the given items in the order of the user's likely engagement; unknown items come last."""
    deployed = _deployed_model(state, request["campaignArn"])
    given = list(dict.fromkeys(request["inputList"]))
    columns = _metadata_columns(deployed, request)
    most = MAX_RESULTS_WITH_METADATA if columns else MAX_RESULTS
    if not given or len(given) > most:
        raise InvalidInputError(f"inputList: expected 1 to {most} items, got {len(given)}.")
    if deployed.recipe.type != "PERSONALIZED_RANKING":
        raise InvalidInputError(f"Recipe {deployed.recipe.name} does not answer GetPersonalizedRanking.")
    ranked = _rank(state, deployed, request, among=set(given))
    known = [item for item in ranked if item in set(given)]
    unknown = [item for item in given if item not in ranked]
    order = _filtered(state, deployed, request, [*known, *unknown])
    answer = [_entry(deployed, item, ranked.get(item), columns, None) for item in order]
    return _answer(deployed, "personalizedRanking", answer)


def _deployed_model(state: PersonalizeState, campaign_arn: str) -> DeployedModel:
    deployed = state.deployed_model(campaign_arn)
    if not state.token_bucket(campaign_arn, state.campaign_tps).take_token():
        raise ThrottlingError("Rate exceeded")
    return deployed


def _number_of_results(request: Fields, *, with_metadata: bool) -> int:
    wanted = int(request.get("numResults") or DEFAULT_RESULTS)
    most = MAX_RESULTS_WITH_METADATA if with_metadata else MAX_RESULTS
    if wanted > most:
        raise InvalidInputError(f"numResults: expected at most {most}, got {wanted}.")
    return wanted


def _metadata_columns(deployed: DeployedModel, request: Fields) -> list[str]:
    requested = request.get("metadataColumns")
    if not requested:
        return []
    if not deployed.config.get("enableMetadataWithRecommendations"):
        raise InvalidInputError("metadataColumns: metadata is not enabled for this campaign.")
    if set(requested) != {"ITEMS"}:
        raise InvalidInputError("metadataColumns: the only key is ITEMS.")
    columns: list[str] = requested["ITEMS"]
    if len(columns) > MAX_METADATA_COLUMNS:
        raise InvalidInputError(f"metadataColumns: expected at most {MAX_METADATA_COLUMNS} columns.")
    found = {name: deployed.data.item_column(name) for name in columns}
    for name, column in found.items():
        if column is None:
            raise InvalidInputError(f"metadataColumns: the items schema has no column {name}.")
    return [column.name for column in found.values() if column]


def _rank(
    state: PersonalizeState, deployed: DeployedModel, request: Fields, *, among: set[str] | None = None
) -> dict[str, float]:
    """Return scores by item, best first; they add up to one."""
    user = request.get("userId")
    traits = deployed.data.users.get(user) if user else None
    scores = deployed.model.score(user, traits, request.get("context"))
    values = deployed.explore(scores, state.clock(), np.random.default_rng())
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


def _filtered(
    state: PersonalizeState, deployed: DeployedModel, request: Fields, items: list[str]
) -> list[str]:
    if "filterArn" not in request:
        if request.get("filterValues"):
            raise InvalidInputError("filterValues: provide the filterArn too.")
        return items
    return _apply(state, deployed, request, request["filterArn"], request.get("filterValues", {}), items)


def _apply(
    state: PersonalizeState,
    deployed: DeployedModel,
    request: Fields,
    filter_arn: str,
    values: Mapping[str, str],
    items: list[str],
) -> list[str]:
    found = state.active(Kind.FILTER, filter_arn)
    if found.fields["datasetGroupArn"] != deployed.dataset_group_arn:
        raise InvalidInputError(f"Filter {filter_arn} belongs to another dataset group than the campaign.")
    evaluation = FilterEvaluation(
        _parsed(found.fields["filterExpression"]),
        values=values,
        user_id=request.get("userId"),
        data=deployed.data,
    )
    return evaluation.keep(items)


@lru_cache(maxsize=100)
def _parsed(text: str) -> tuple[Expression, ...]:
    return parse_filter(text)


def _promote(
    state: PersonalizeState,
    deployed: DeployedModel,
    request: Fields,
    ranked: list[str],
    allowed: list[str],
    wanted: int,
) -> list[tuple[str, str | None]]:
    """Return the best allowed items and promoted items, with the promotion's name or None.

    Promoted items are at random places. The promotion's filter selects them, not the request's.
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
        state, deployed, request, promotion["filterArn"], promotion.get("filterValues", {}), ranked
    )
    chosen = promoted[: math.floor(wanted * promotion["percentPromotedItems"] / 100)]
    others = [item for item in allowed if item not in set(chosen)][: wanted - len(chosen)]
    size = len(chosen) + len(others)
    places = set(np.random.default_rng().choice(size, len(chosen), replace=False).tolist())
    name = promotion.get("name", "promotion")
    next_promoted, next_other = iter(chosen), iter(others)
    return [(next(next_promoted), name) if at in places else (next(next_other), None) for at in range(size)]


def _entry(
    deployed: DeployedModel, item: str, score: float | None, columns: list[str], promotion: str | None
) -> Fields:
    fields = deployed.data.items.get(item, {})
    return {
        "itemId": item,
        "score": score if deployed.recipe.scores else None,
        "promotionName": promotion,
        "metadata": {name.lower(): str(fields[name]) for name in columns if fields.get(name) is not None}
        if columns
        else None,
    }


def _answer(deployed: DeployedModel, name: str, entries: list[Fields]) -> Fields:
    recommendation_id = f"RID-{uuid.uuid4()}"
    deployed.data.remember_recommendation(recommendation_id, tuple(entry["itemId"] for entry in entries))
    return {name: entries, "recommendationId": recommendation_id}

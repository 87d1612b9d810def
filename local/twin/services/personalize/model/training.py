"""Train a solution version: check the minimums, hold out a part, fit, and measure offline metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from domain.training_minimums import MIN_INTERACTIONS, MIN_RETURNING_SHARE, MIN_RETURNING_USERS
from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.errors import JobFailedError
from local.twin.services.personalize.model.contextual import fit_contextual
from local.twin.services.personalize.model.examples import Floats, TrainingExamples, read_examples
from local.twin.services.personalize.model.metrics import offline_metrics
from local.twin.services.personalize.model.profiles import Profiles
from local.twin.services.personalize.model.trained import ContextualModel, PopularityModel, TrainedModel
from local.twin.services.personalize.model.weighing import EventWeights

TEST_USERS = 0.1
TEST_INTERACTIONS = 0.1
SEED = 20_211_106


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """A trained model and its offline metrics."""

    model: TrainedModel
    metrics: dict[str, float]


def train(data: GroupData, weights: EventWeights, *, algorithm: str) -> TrainingResult:
    """Train on all imported and streamed data; raises JobFailedError below the service's minimums."""
    with data.lock:
        schema = data.schemas.get("INTERACTIONS")
        if schema is None:
            raise JobFailedError("The dataset group has no Interactions dataset.")
        table = _without_duplicates(_with_streamed(data))
        users, items = dict(data.users), dict(data.items)
        traits = data.schemas["USERS"].categories if "USERS" in data.schemas else ()
        kinds = data.schemas["ITEMS"].categories if "ITEMS" in data.schemas else ()
    weight = weights.of_rows(table)
    _check_minimums(table, weight)
    context = schema.categories if algorithm == "contextual" else ()
    held_out = _held_out(table, weight)
    examples = read_examples(table.filter(pa.array(~held_out)), weight[~held_out], context, seed=SEED)
    if algorithm == "popularity":
        model: TrainedModel = _popularity(examples)
    else:
        model = _contextual(examples, context, traits, kinds, users, items)
        for item_id, fields in items.items():
            model.add_item(item_id, fields)
    metrics = offline_metrics(model, table.filter(pa.array(held_out)), context, users)
    return TrainingResult(model=model, metrics=metrics)


def _with_streamed(data: GroupData) -> pa.Table:
    table = data.interactions
    if table is None:
        raise JobFailedError("The Interactions dataset has no imported data.")
    events = [event for event in data.streamed if event.item_id is not None]
    if not events:
        return table
    rows = [
        {name: event.row.get(name) for name in table.column_names}
        | ({"IMPRESSION": "|".join(event.impression) or None} if "IMPRESSION" in table.column_names else {})
        for event in events
    ]
    return pa.concat_tables([table, pa.Table.from_pylist(rows, schema=table.schema)])


def _without_duplicates(table: pa.Table) -> pa.Table:
    """Return the rows without duplicates: the service keeps one of interactions with equal columns.

    https://docs.aws.amazon.com/personalize/latest/dg/bulk-data-import.html
    """
    return table.group_by(table.column_names, use_threads=False).aggregate([])


def _check_minimums(table: pa.Table, weight: Floats) -> None:
    counted = table.filter(pa.array(weight > 0))
    if counted.num_rows < MIN_INTERACTIONS:
        raise JobFailedError(
            f"Dataset has {counted.num_rows} interactions after filtering by event type and event value "
            f"threshold; the minimum is {MIN_INTERACTIONS}."
        )
    counts = (
        pc.value_counts(counted["USER_ID"].combine_chunks()).field("counts").to_numpy(zero_copy_only=False)
    )
    returning = int((counts >= 2).sum())
    if returning < MIN_RETURNING_USERS or returning < MIN_RETURNING_SHARE * len(counts):
        raise JobFailedError(
            f"Dataset has {returning} users with at least 2 interactions each, of {len(counts)}; the minimum "
            f"is {MIN_RETURNING_USERS} and {MIN_RETURNING_SHARE:.0%}."
        )


def _held_out(table: pa.Table, weight: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return a mask of the newest tenth of the engagements of a tenth of the users."""
    codes = table["USER_ID"].combine_chunks().dictionary_encode()
    indices = codes.combine_chunks().indices if isinstance(codes, pa.ChunkedArray) else codes.indices
    user = indices.to_numpy(zero_copy_only=False)
    chosen = np.random.default_rng(SEED).random(int(user.max()) + 1) < TEST_USERS
    at = table["TIMESTAMP"].to_numpy()
    rows = np.flatnonzero(chosen[user] & (weight > 0))
    newest = rows[np.lexsort((-at[rows], user[rows]))]
    users = user[newest]
    starts = np.searchsorted(users, users, side="left")
    sizes = np.searchsorted(users, users, side="right") - starts
    rank = np.arange(len(newest)) - starts
    held = np.zeros(table.num_rows, bool)
    held[newest[rank < np.maximum(1, np.floor(sizes * TEST_INTERACTIONS))]] = True
    return held


def _popularity(examples: TrainingExamples) -> TrainedModel:
    size = len(examples.items)
    return PopularityModel(
        examples.items,
        np.bincount(examples.item, weights=examples.engagement, minlength=size).astype(float),
        np.bincount(examples.item, minlength=size).astype(float),
    )


def _contextual(
    examples: TrainingExamples,
    context: tuple[str, ...],
    traits: tuple[str, ...],
    kinds: tuple[str, ...],
    users: Mapping[str, Mapping[str, Any]],
    items: Mapping[str, Mapping[str, Any]],
) -> ContextualModel:
    fit = fit_contextual(
        examples,
        context_columns=context,
        trait_columns=traits,
        item_columns=kinds,
        users=users,
        items=items,
    )
    first_kind = [str(items.get(item, {}).get(kinds[0])) if kinds else "" for item in examples.items]
    _, kind = np.unique(first_kind, return_inverse=True)
    profiles = Profiles(
        examples.users,
        kind.astype(np.int64),
        user=examples.user,
        item=examples.item,
        engaged=examples.engagement,
        expected=fit.expected,
    )
    shown = np.bincount(examples.item, minlength=len(examples.items)).astype(float)
    return ContextualModel(
        items=examples.items, weights=fit.weights, profiles=profiles, shown=shown, fields=items
    )

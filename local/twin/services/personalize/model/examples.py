"""Training examples: the items that users were shown, and whether they engaged with them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
UNKNOWN_POSITION = 0
MAX_POSITION = 9
RANDOM_ITEMS_PER_ROW = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExamples:
    """Parallel arrays with one entry per user, recommendation and item; `engagement` is zero for none.

    `user`, `item` and `context` are indexes into the lists. `position` is the place in the list, from 1.
    """

    users: list[str]
    items: list[str]
    contexts: list[tuple[str | None, ...]]
    user: Ints
    item: Ints
    context: Ints
    position: Ints
    engagement: Floats


def read_examples(
    table: pa.Table, weights: Floats, columns: tuple[str, ...], *, seed: int
) -> TrainingExamples:
    """Return the examples of interactions; `weights` is above zero for rows that are engagements.

    A row shows the items of its impression and its own item. An item counts once per user and recommendation.
    If no row has an impression, random items serve as examples without engagement.
    """
    rows = np.arange(table.num_rows)
    lists = _impressions(table)
    shown_row = np.concatenate([rows, lists.row])
    shown_item = pa.concat_arrays([_flat(table["ITEM_ID"]), lists.item]).dictionary_encode()
    position = np.concatenate([np.full(len(rows), UNKNOWN_POSITION), lists.position])
    engagement = np.concatenate([weights, np.zeros(len(lists.row))])
    items = shown_item.dictionary.to_pylist()
    item = shown_item.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    user_codes = _flat(table["USER_ID"]).dictionary_encode()
    user = user_codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    context, contexts = _contexts(table, columns)
    recommendation = _recommendation(table, user)
    if not len(lists.row):
        shown_row, item, position, engagement = _with_random_items(
            shown_row, item, position, engagement, len(items), seed
        )
    keep, kept_position, kept_engagement = _merge(
        recommendation[shown_row], item, len(items), position, engagement
    )
    shown = shown_row[keep]
    return TrainingExamples(
        users=user_codes.dictionary.to_pylist(),
        items=items,
        contexts=contexts,
        user=user[shown],
        item=item[keep],
        context=context[shown],
        position=kept_position,
        engagement=kept_engagement,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Impressions:
    row: Ints
    item: pa.Array
    position: Ints


def _flat(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined


def _impressions(table: pa.Table) -> _Impressions:
    if "IMPRESSION" not in table.column_names:
        return _Impressions(
            row=np.zeros(0, np.int64), item=pa.array([], pa.string()), position=np.zeros(0, np.int64)
        )
    lists = pc.split_pattern(pc.fill_null(_flat(table["IMPRESSION"]), ""), "|")
    row = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    item = pc.list_flatten(lists)
    starts = np.searchsorted(row, row, side="left")
    position = np.minimum(np.arange(len(row)) - starts + 1, MAX_POSITION)
    real = pc.not_equal(item, "").to_numpy(zero_copy_only=False)
    return _Impressions(row=row[real], item=item.filter(pa.array(real)), position=position[real])


def _contexts(table: pa.Table, columns: tuple[str, ...]) -> tuple[Ints, list[tuple[str | None, ...]]]:
    code = np.zeros(table.num_rows, np.int64)
    vocabularies: list[list[str | None]] = []
    for name in columns:
        encoded = _flat(table[name]).dictionary_encode(null_encoding="encode")
        vocabulary = encoded.dictionary.to_pylist()
        code = code * max(len(vocabulary), 1) + encoded.indices.to_numpy(zero_copy_only=False)
        vocabularies.append(vocabulary)
    cells, compact = np.unique(code, return_inverse=True)
    contexts = []
    for cell in cells.tolist():
        values: list[str | None] = []
        for vocabulary in reversed(vocabularies):
            cell, index = divmod(cell, max(len(vocabulary), 1))
            values.append(vocabulary[index])
        contexts.append(tuple(reversed(values)))
    return compact.astype(np.int64), contexts


def _recommendation(table: pa.Table, user: Ints) -> Ints:
    """Return a number per user and recommendation; without a recommendation id, per user and second."""
    second = pc.cast(_flat(table["TIMESTAMP"]), pa.string())
    key = second
    if "RECOMMENDATION_ID" in table.column_names:
        key = pc.coalesce(_flat(table["RECOMMENDATION_ID"]), second)
    codes = key.dictionary_encode()
    numbers: Ints = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return user * (len(codes.dictionary) + 1) + numbers


def _with_random_items(
    row: Ints, item: Ints, position: Ints, engagement: Floats, items: int, seed: int
) -> tuple[Ints, Ints, Ints, Floats]:
    rng = np.random.default_rng(seed)
    sampled = rng.integers(0, max(items, 1), size=len(row) * RANDOM_ITEMS_PER_ROW)
    repeated = np.repeat(row, RANDOM_ITEMS_PER_ROW)
    return (
        np.concatenate([row, repeated]),
        np.concatenate([item, sampled]),
        np.concatenate([position, np.full(len(sampled), UNKNOWN_POSITION)]),
        np.concatenate([engagement, np.zeros(len(sampled))]),
    )


def _merge(
    recommendation: Ints, item: Ints, items: int, position: Ints, engagement: Floats
) -> tuple[Ints, Ints, Floats]:
    _, compact = np.unique(recommendation, return_inverse=True)
    key = compact.astype(np.int64) * max(items, 1) + item
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    merged_position = np.zeros(len(first), np.int64)
    np.maximum.at(merged_position, inverse, position)
    merged_engagement = np.zeros(len(first))
    np.maximum.at(merged_engagement, inverse, engagement)
    return first, merged_position, merged_engagement

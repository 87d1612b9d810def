"""From interactions to examples: each item that a user was shown, where, when, and whether it was taken."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
UNKNOWN_POSITION = 0
MAX_POSITION = 9
SAMPLED_NEGATIVES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExamples:
    """Parallel arrays, one entry per user, recommendation and item; `taken` weighs the engagement."""

    users: list[str]
    items: list[str]
    contexts: list[tuple[str | None, ...]]
    user: Ints
    item: Ints
    context: Ints
    position: Ints
    taken: Floats
    at: Ints


def read_examples(
    table: pa.Table, weights: Floats, columns: tuple[str, ...], *, seed: int
) -> TrainingExamples:
    """TrainingExamples of the interactions; `weights` is above zero where the row counts as an engagement.

    A row shows its impression and its own item. An item counts once per user and recommendation, however
    many rows tell of it. Without any impressions, other items stand in as examples that were not taken.
    """
    rows = np.arange(table.num_rows)
    lists = _impressions(table)
    shown_row = np.concatenate([rows, lists.row])
    shown_item = pa.concat_arrays([_flat(table["ITEM_ID"]), lists.item]).dictionary_encode()
    position = np.concatenate([np.full(len(rows), UNKNOWN_POSITION), lists.position])
    taken = np.concatenate([weights, np.zeros(len(lists.row))])
    items = shown_item.dictionary.to_pylist()
    item = shown_item.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    user_codes = _flat(table["USER_ID"]).dictionary_encode()
    user = user_codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    context, contexts = _contexts(table, columns)
    occasion = _occasion(table, user)
    if not len(lists.row):
        shown_row, item, position, taken = _with_negatives(shown_row, item, position, taken, len(items), seed)
    keep, kept_position, kept_taken = _merge(occasion[shown_row], item, len(items), position, taken)
    shown = shown_row[keep]
    return TrainingExamples(
        users=user_codes.dictionary.to_pylist(),
        items=items,
        contexts=contexts,
        user=user[shown],
        item=item[keep],
        context=context[shown],
        position=kept_position,
        taken=kept_taken,
        at=_flat(table["TIMESTAMP"]).to_numpy(zero_copy_only=False).astype(np.int64)[shown],
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


def _occasion(table: pa.Table, user: Ints) -> Ints:
    """One number per user and recommendation; rows without a recommendation id go by their second."""
    second = pc.cast(_flat(table["TIMESTAMP"]), pa.string())
    mark = second
    if "RECOMMENDATION_ID" in table.column_names:
        mark = pc.coalesce(_flat(table["RECOMMENDATION_ID"]), second)
    codes = mark.dictionary_encode()
    marks: Ints = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return user * (len(codes.dictionary) + 1) + marks


def _with_negatives(
    row: Ints, item: Ints, position: Ints, taken: Floats, items: int, seed: int
) -> tuple[Ints, Ints, Ints, Floats]:
    chance = np.random.default_rng(seed)
    sampled = chance.integers(0, max(items, 1), size=len(row) * SAMPLED_NEGATIVES)
    repeated = np.repeat(row, SAMPLED_NEGATIVES)
    return (
        np.concatenate([row, repeated]),
        np.concatenate([item, sampled]),
        np.concatenate([position, np.full(len(sampled), UNKNOWN_POSITION)]),
        np.concatenate([taken, np.zeros(len(sampled))]),
    )


def _merge(
    occasion: Ints, item: Ints, items: int, position: Ints, taken: Floats
) -> tuple[Ints, Ints, Floats]:
    _, compact = np.unique(occasion, return_inverse=True)
    key = compact.astype(np.int64) * max(items, 1) + item
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    merged_position = np.zeros(len(first), np.int64)
    np.maximum.at(merged_position, inverse, position)
    merged_taken = np.zeros(len(first))
    np.maximum.at(merged_taken, inverse, taken)
    return first, merged_position, merged_taken

"""A raw clickstream of any size, as Firehose writes it, with typical faults."""

import json
from pathlib import Path

import duckdb

from domain.registry import CONTEXT_REGISTRY
from paths import COMPONENTS_FILE

NOW_SECONDS = 1_780_000_000
ROWS_PER_FILE = 500_000
ROWS_PER_VIEWER = 100
INTERVAL_SECONDS = 37


def write_clickstream(folder: Path, rows: int) -> None:
    """Write Parquet files to `folder`; one row in fifty is a duplicate, one in a hundred is invalid.

    Each viewer has a hundred rows, of which every fifth is a click on the component before it. Component,
    match and context depend on the row's number only, so that the data of a size are always the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    components = [entry["id"] for entry in json.loads(COMPONENTS_FILE.read_text())["components"]]
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    for at, start in enumerate(range(0, rows, ROWS_PER_FILE)):
        end = min(rows, start + ROWS_PER_FILE)
        query = _query(components, start, end)
        connection.execute(f"COPY ({query}) TO '{folder / f'{at:05}.parquet'}' (FORMAT parquet)")


def _query(components: list[str], start: int, end: int) -> str:
    names = "[" + ", ".join(f"'{name}'" for name in components) + "]"
    cells = ", ".join(f"'{column.name}': {_value(column.vocabulary)}" for column in CONTEXT_REGISTRY.columns)
    first = NOW_SECONDS - 40 * 86_400
    return f"""
        WITH numbered AS (
            SELECT CASE WHEN i % 50 = 49 THEN i - 1 ELSE i END AS n, i,
                -- a click is one of the component that the row before it shows
                CASE WHEN n % 5 = 4 THEN n - 1 ELSE n END AS shown
            FROM range({start}, {end}) AS r(i)
        ), drawn AS (
            SELECT *, (hash(shown) >> 2)::BIGINT AS h, n // {ROWS_PER_VIEWER} AS viewer,
                (hash(n // {ROWS_PER_VIEWER}) >> 2)::BIGINT AS trait,
                {names} AS names
            FROM numbered
        )
        SELECT 'act-' || n AS interaction_id, 'match-' || viewer % 64 AS match_id,
            CASE WHEN i % 200 = 7 THEN NULL ELSE 'viewer-' || viewer END AS viewer_id,
            ['Italy', 'Turkey', 'unknown'][1 + trait % 3] || '|'
                || ['18-24', '25-34', '35-49', '50+'][1 + (trait // 3) % 4] || '|'
                || ['IT', 'TR', 'GB', 'DE'][1 + (trait // 12) % 4] || '|'
                || ['free', 'premium'][1 + (trait // 48) % 2] AS cohort,
            'session-' || viewer AS session_id,
            CASE WHEN n % 5 = 4 THEN 'click' ELSE 'impression' END AS type,
            CASE WHEN i % 200 = 107 THEN 'unknown' ELSE names[1 + h % len(names)] END AS component_id,
            'overlay' AS slot, (shown // 2 % {ROWS_PER_VIEWER})::INTEGER AS version,
            strftime(make_timestamp(({first} + n % {ROWS_PER_VIEWER} * {INTERVAL_SECONDS}
                + trait % 2000000)::BIGINT * 1000000), '%Y-%m-%dT%H:%M:%S.000Z') AS occurred_at,
            'rec-' || n // 4 AS recommendation_id,
            CASE WHEN n % 5 = 4 THEN 1.0 END::DOUBLE AS value,
            [names[1 + h % len(names)], names[1 + (h + 7) % len(names)],
                names[1 + (h + 13) % len(names)]] AS impression,
            MAP {{{cells}}} AS columns, false AS holdout
        FROM drawn"""


def _value(vocabulary: tuple[str, ...]) -> str:
    values = "[" + ", ".join(f"'{value}'" for value in vocabulary) + "]"
    return f"{values}[1 + (h // 64) % {len(vocabulary)}]"

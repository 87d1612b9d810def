"""The port between the jobs and what runs them: Spark in Glue, DuckDB in the twin."""

from typing import Any, Protocol

from pyspark.sql import DataFrame


class Engine(Protocol):
    """Reads the inputs of a job and writes its outputs."""

    def now_seconds(self) -> int:
        """Return the current time in seconds since 1970."""

    @property
    def incremental(self) -> bool:
        """True if the dataset is added to earlier imports, with what has arrived since."""

    def clickstream(self) -> DataFrame:
        """Return `line, is_json, unread`, and the fields of `raw_fields` as text.

        A file that cannot be read is one row: `line` is the file's name, and `unread` says so.
        """

    def components(self) -> DataFrame:
        """Return `component_id, type, slot, categories, partner`, one row per component."""

    def tombstones(self) -> DataFrame:
        """Return `viewer_hash, erased_at` in seconds since 1970, one row per erased viewer."""

    def materialize(self, frame: DataFrame) -> DataFrame:
        """Return the same frame, computed once."""

    def truncate_plan(self, frame: DataFrame) -> DataFrame:
        """Return the same frame without its long plan; an engine may compute it at once."""

    def write(self, frame: DataFrame) -> None:
        """Write the dataset as CSV with a header, replacing that of an earlier run."""

    def write_side_output(self, frame: DataFrame, name: str) -> None:
        """Write rows that are not part of the dataset, as JSON lines under `<output>-<name>`."""

    def write_document(self, document: dict[str, Any], name: str) -> None:
        """Write one JSON document under `<output>-<name>`."""

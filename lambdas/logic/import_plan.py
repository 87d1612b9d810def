"""Decides which span of the raw clickstream the next import reads, so that Personalize accepts its size.

A file belongs to the span in which its upload began, and each increment begins where the one before ended, so
every file is imported once. A span ends before the beginning of every upload that is not complete: otherwise
its file would appear later, in a span that is imported already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from math import ceil

from domain.raw_file import RawFile
from lambdas.logic.errors import ImportTooLargeError
from lambdas.logic.ports.imports import Clickstream, WrittenDataset

DATASET_BYTES_PER_BYTE = {".parquet": 8.0, ".gz": 8.0}
"""About how many bytes of the dataset come of a byte of a compressed file. What the job wrote is measured."""


class Mode(StrEnum):
    """The modes of an import."""

    FULL = "FULL"
    INCREMENTAL = "INCREMENTAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """What Personalize accepts: https://docs.aws.amazon.com/personalize/latest/dg/limits.html."""

    increment_bytes: int = 1_000_000_000
    full_bytes: int = 100_000_000_000
    min_increment_bytes: int = 100_000
    """About the size of 1,000 rows, the minimum of an import."""
    parts: int = 10
    """An increment of more parts becomes a full import, if that is allowed: each import takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What an execution has to import, and what it may do for it."""

    mode: Mode
    since: datetime | None
    """The end of the last import; None for the whole history."""
    started_at: datetime
    allows_full_import: bool
    window_days: int
    """Days before the start that a full import reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """One import: of the span from `since` to before `until`; `end` is that of the execution's last one."""

    mode: Mode
    since: datetime | None
    until: datetime
    end: datetime
    is_too_small: bool = False
    """True if the span has too little to import; the next execution's increment has it too."""

    @property
    def is_last(self) -> bool:
        """True if no other import of the execution follows."""
        return self.until >= self.end


class ImportPlanner:
    """Plans imports by the sizes of files, and checks what the job made of them."""

    def __init__(
        self, clickstream: Clickstream, dataset: WrittenDataset, limits: ImportLimits | None = None
    ) -> None:
        self._clickstream = clickstream
        self._dataset = dataset
        self._limits = limits or ImportLimits()

    def plan(self, request: ImportRequest) -> ImportPlan:
        """Return the next import of an execution."""
        # The uploads first: one that becomes complete in between is then among the files.
        end = min([request.started_at, *self._clickstream.uploads()])
        if request.mode is Mode.FULL:
            return _full(request, end)
        files = self._files(request.since, end)
        estimate = sum(map(estimated_bytes, files))
        parts = ceil(estimate / self._limits.increment_bytes)
        if parts > self._limits.parts and request.allows_full_import:
            return _full(request, end)
        whole = ImportPlan(
            mode=Mode.INCREMENTAL,
            since=request.since,
            until=end,
            end=end,
            is_too_small=estimate < self._limits.min_increment_bytes,
        )
        return whole if parts <= 1 else replace(whole, until=end_of_part(files, estimate / parts) or end)

    def check(self, plan: ImportPlan, request: ImportRequest) -> ImportPlan | None:
        """Return None if the dataset that was written for a plan fits, or else the plan to write instead.

        Raises ImportTooLargeError if there is no smaller import.
        """
        size = self._dataset.size_bytes()
        if plan.mode is Mode.FULL:
            if size > self._limits.full_bytes:
                raise ImportTooLargeError(
                    size, self._limits.full_bytes, "shorten personalize.full_import_days"
                )
            return None
        limit = self._limits.increment_bytes
        if size <= limit:
            return None
        files = self._files(plan.since, plan.until)
        # Half of what would just fit: the rows of a span are not spread evenly over its files.
        until = end_of_part(files, sum(map(estimated_bytes, files)) * limit / size / 2)
        if until is not None:
            return replace(plan, until=until)
        if request.allows_full_import:
            return _full(request, plan.end)
        raise ImportTooLargeError(size, limit, f"upload {files[0].key} in several files")

    def _files(self, since: datetime | None, until: datetime) -> list[RawFile]:
        """Return the files of a span, oldest first."""
        files = [
            file
            for file in self._clickstream.files()
            if (since is None or file.written_at >= since) and file.written_at < until
        ]
        return sorted(files, key=lambda file: file.written_at)


def estimated_bytes(file: RawFile) -> float:
    """Return about how large the dataset made of a file is."""
    factors = (factor for suffix, factor in DATASET_BYTES_PER_BYTE.items() if file.key.endswith(suffix))
    return file.size_bytes * next(factors, 1.0)


def end_of_part(files: Sequence[RawFile], part_bytes: float) -> datetime | None:
    """Return when the first part of that size ends; None if no file is after it."""
    collected = 0.0
    instants: Iterator[tuple[datetime, Iterator[RawFile]]] = groupby(files, key=lambda file: file.written_at)
    for at, (instant, group) in enumerate(instants):
        size = sum(map(estimated_bytes, group))
        if at and collected + size > part_bytes:
            return instant
        collected += size
    return None


def _full(request: ImportRequest, end: datetime) -> ImportPlan:
    since = request.started_at - timedelta(days=request.window_days)
    return ImportPlan(mode=Mode.FULL, since=since, until=end, end=end)

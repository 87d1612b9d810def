"""Series of the Numenta Anomaly Benchmark: read, resample, and score with the volume detector."""

import csv
import gzip
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.nab import Labelled, probation_rows
from domain.crowd.volume_anomaly import VolumeAnomaly

ROWS_PER_DAY = 288
MAX_START_DAYS = 12
MIN_SHARE, MIN_POSTS_PER_ROW = 1 / 16, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Posts per five minutes, and the labelled windows as first and last row."""

    instants: Sequence[datetime]
    volumes: Sequence[int]
    windows: Sequence[tuple[int, int]]

    def scored(self) -> Labelled:
        """Score the series with the volume detector."""
        detector = VolumeAnomaly()
        scores = [
            detector.observe(at, volume) for at, volume in zip(self.instants, self.volumes, strict=True)
        ]
        return Labelled(scores=scores, windows=self.windows)

    def resample(self, rng: random.Random) -> "Series":
        """Return the series from a later day on, with a random share of its posts.

        The share leaves at least one post per row on average. No window crosses the end of the new probation.
        """
        first = ROWS_PER_DAY * rng.choice([day for day in range(MAX_START_DAYS) if self._can_start(day)])
        mean = sum(self.volumes) / len(self.volumes)
        smallest = min(max(MIN_SHARE, MIN_POSTS_PER_ROW / mean), 1.0)
        share = math.exp(rng.uniform(math.log(smallest), 0.0))
        return Series(
            instants=self.instants[first:],
            volumes=[_sample(volume, share, rng) for volume in self.volumes[first:]],
            windows=[(start - first, end - first) for start, end in self.windows if start >= first],
        )

    def _can_start(self, day: int) -> bool:
        first = ROWS_PER_DAY * day
        counted = first + probation_rows(len(self.volumes) - first)
        return not any(start < counted <= end for start, end in self.windows)


def _sample(posts: int, share: float, rng: random.Random) -> int:
    return sum(rng.random() < share for _ in range(posts))


def read(folder: Path) -> Mapping[str, Series]:
    """Read the series that the folder's `windows.json` names."""
    labels = json.loads((folder / "windows.json").read_text())
    return {Path(name).stem: _read(folder / f"{Path(name).name}.gz", labels[name]) for name in labels}


def _read(path: Path, labels: list[list[str]]) -> Series:
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    instants = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    at = {instant: index for index, instant in enumerate(instants)}
    return Series(
        instants=instants,
        volumes=[int(float(row["value"])) for row in rows],
        windows=[
            (at[datetime.fromisoformat(start)], at[datetime.fromisoformat(end)]) for start, end in labels
        ],
    )

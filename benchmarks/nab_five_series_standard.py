"""`nab_five_series_standard`: the volume detector on five series of the Numenta Anomaly Benchmark's tweets.

The series lie beside the repository or where TOUCHLINE_DATA says. The detector's settings were chosen on
these five; the peers' values are the published ones, for all ten series.
"""

import csv
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from benchmarks.nab import Labelled, evaluate
from domain.crowd.volume_anomaly import VolumeAnomaly

FIGURE = "nab_five_series_standard"
UNIT = "NAB score, standard profile"
PEERS = {
    "ARTime": 81.8,
    "contextOSE": 74.5,
    "Numenta": 68.0,
    "Twitter ADVec": 59.6,
    "Random Cut Forest": 48.1,
}
DATA = Path(os.environ.get("TOUCHLINE_DATA") or Path(__file__).parents[2] / "shared" / "data")


def figures() -> Iterator[dict[str, object]]:
    """One line per peer; none when the series are not there."""
    folder = DATA / "social" / "nab"
    if not folder.is_dir():
        return
    value = evaluate(scored(folder)).score
    for peer, peer_value in PEERS.items():
        yield {
            "figure": FIGURE,
            "value": round(value, 1),
            "unit": UNIT,
            "peer": peer,
            "peer_value": peer_value,
            "ratio": round(value / peer_value, 3),
        }


def scored(folder: Path) -> Mapping[str, Labelled]:
    """Every series of the folder as the detector scores it, with its labelled windows."""
    windows = json.loads((folder / "windows.json").read_text())
    return {Path(name).stem: _scored(folder / f"{Path(name).name}.gz", windows[name]) for name in windows}


def _scored(path: Path, windows: list[list[str]]) -> Labelled:
    with gzip.open(path, "rt", newline="") as file:
        rows = [
            (datetime.fromisoformat(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)
        ]
    at = {instant: index for index, (instant, _) in enumerate(rows)}
    detector = VolumeAnomaly()
    return Labelled(
        scores=[detector.observe(instant, value) for instant, value in rows],
        windows=[
            (at[datetime.fromisoformat(start)], at[datetime.fromisoformat(end)]) for start, end in windows
        ],
    )


if __name__ == "__main__":
    for line in figures():
        print(json.dumps(line))

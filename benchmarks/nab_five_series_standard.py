"""`nab_five_series_standard`: score of the volume detector on five tweet series of NAB.

NAB is the Numenta Anomaly Benchmark. The series are beside the repository, or in the folder TOUCHLINE_DATA.
The detector's settings were chosen on these five. The peers' values are published, and for all ten series.
`at_threshold_of_others` is the score if each series has the threshold that is best for the other four.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.nab import evaluate, held_out
from benchmarks.nab_series import read
from paths import SHARED_DATA

FIGURE = "nab_five_series_standard"
UNIT = "NAB score, standard profile"
PEERS = {
    "ARTime": 81.8,
    "contextOSE": 74.5,
    "Numenta": 68.0,
    "Twitter ADVec": 59.6,
    "Random Cut Forest": 48.1,
}
DATA = Path(os.environ.get("TOUCHLINE_DATA") or SHARED_DATA)


def figures() -> Iterator[dict[str, object]]:
    """Yield a line per peer; none if the series are missing."""
    folder = DATA / "social" / "nab"
    if not folder.is_dir():
        return
    corpus = {name: series.scored() for name, series in read(folder).items()}
    value, others = evaluate(corpus).score, held_out(corpus)
    for peer, peer_value in PEERS.items():
        yield {
            "figure": FIGURE,
            "value": round(value, 1),
            "unit": UNIT,
            "peer": peer,
            "peer_value": peer_value,
            "ratio": round(value / peer_value, 3),
            "at_threshold_of_others": round(others, 1),
        }


if __name__ == "__main__":
    for line in figures():
        print(json.dumps(line))

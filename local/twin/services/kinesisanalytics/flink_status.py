"""What a local mini-cluster says of itself, over Flink's own REST interface."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from typing import Any

BEHIND_METRIC = "millisBehindLatest"
COUNTED = ("_signals", "_records", "_moments", "dead_letters")
RUNNING = "RUNNING"


class FlinkStatus:
    """Asks the one job of a mini-cluster."""

    def __init__(self, rest_port: int) -> None:
        self._url = f"http://127.0.0.1:{rest_port}"

    def is_consuming(self) -> bool:
        """Whether every task runs and the source has read its shards for the first time."""
        job = self._job()
        if job is None or any(vertex["status"] != RUNNING for vertex in job["vertices"]):
            return False
        source = next(vertex for vertex in job["vertices"] if vertex["name"].startswith("Source:"))
        return any(value >= 0 for value in self._metrics(job["jid"], source["id"], BEHIND_METRIC))

    def counts(self) -> Counter[str]:
        """What became of the signals, as the operators count it."""
        counts: Counter[str] = Counter()
        job = self._job()
        for vertex in job["vertices"] if job else ():
            path = f"/jobs/{job['jid']}/vertices/{vertex['id']}/metrics"
            for name in {metric["id"] for metric in self._ask(path) or ()}:
                short = name.rpartition(".")[2]
                if short.endswith(COUNTED):
                    counts[short] += sum(int(value) for value in self._values(path, name))
        return counts

    def checkpoints(self) -> int:
        """How many checkpoints were completed."""
        job = self._job()
        answer = self._ask(f"/jobs/{job['jid']}/checkpoints") if job else None
        return int(answer["counts"]["completed"]) if answer else 0

    def _job(self) -> Any:
        overview = self._ask("/jobs")
        running = [job["id"] for job in overview["jobs"] if job["status"] == RUNNING] if overview else []
        return self._ask(f"/jobs/{running[0]}") if running else None

    def _metrics(self, job_id: str, vertex_id: str, ending: str) -> list[float]:
        path = f"/jobs/{job_id}/vertices/{vertex_id}/metrics"
        names = [metric["id"] for metric in self._ask(path) or () if metric["id"].endswith(ending)]
        return [value for name in names for value in self._values(path, name)]

    def _values(self, path: str, name: str) -> list[float]:
        answer = self._ask(f"{path}?get={urllib.parse.quote(name)}") or ()
        return [float(metric["value"]) for metric in answer if metric.get("value") is not None]

    def _ask(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self._url + path, timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return None

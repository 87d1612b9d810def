"""The status of a local mini-cluster, from Flink's REST API."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from typing import Any

from flink_app.counters import METRIC_GROUP

BEHIND_METRIC = "millisBehindLatest"
RUNNING = "RUNNING"


class FlinkStatus:
    """Queries the one job of a mini-cluster."""

    def __init__(self, rest_port: int) -> None:
        self._url = f"http://127.0.0.1:{rest_port}"

    def is_consuming(self) -> bool:
        """Return True if every task runs and the source has read its shards once."""
        job = self._job()
        if job is None or any(vertex["status"] != RUNNING for vertex in job["vertices"]):
            return False
        source = next(vertex for vertex in job["vertices"] if vertex["name"].startswith("Source:"))
        path = f"/jobs/{job['jid']}/vertices/{source['id']}/metrics"
        names = [name for name in self._names(path) if name.endswith(BEHIND_METRIC)]
        return any(value >= 0 for name in names for value in self._values(path, name))

    def counts(self) -> Counter[str]:
        """Return the counters that the application sends to CloudWatch, summed over subtasks."""
        counts: Counter[str] = Counter()
        job = self._job()
        for vertex in job["vertices"] if job else ():
            path = f"/jobs/{job['jid']}/vertices/{vertex['id']}/metrics"
            for name in self._names(path):
                scope, _, counter = name.rpartition(".")
                if scope.endswith(f".{METRIC_GROUP}"):
                    counts[counter] += sum(int(value) for value in self._values(path, name))
        return counts

    def checkpoints(self) -> int:
        """Return the number of completed checkpoints."""
        job = self._job()
        answer = self._get(f"/jobs/{job['jid']}/checkpoints") if job else None
        return int(answer["counts"]["completed"]) if answer else 0

    def _job(self) -> Any:
        overview = self._get("/jobs")
        running = [job["id"] for job in overview["jobs"] if job["status"] == RUNNING] if overview else []
        return self._get(f"/jobs/{running[0]}") if running else None

    def _names(self, path: str) -> set[str]:
        return {metric["id"] for metric in self._get(path) or ()}

    def _values(self, path: str, name: str) -> list[float]:
        answer = self._get(f"{path}?get={urllib.parse.quote(name)}") or ()
        return [float(metric["value"]) for metric in answer if metric.get("value") is not None]

    def _get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self._url + path, timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return None

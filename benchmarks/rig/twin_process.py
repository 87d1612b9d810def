"""A twin in processes of its own, started as `python -m local up` starts it."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from local.twin.clients import Clients

EDGE = "edge"
STOP_SECONDS = 60
CONTROL_SECONDS = 180


class TwinProcess:
    """A running twin, for `replay`: its address, its outputs, and clients of it."""

    def __init__(self, process: "subprocess.Popen[str]", edge_url: str) -> None:
        with urllib.request.urlopen(f"{edge_url}/_touchline/state", timeout=30) as response:
            state = json.load(response)
        self.edge_url = edge_url
        self.process_id = process.pid
        self.outputs: dict[str, dict[str, str]] = state["outputs"]
        self.directory = str(state["directory"])
        self._clients = Clients(edge_url, state["region"])

    def client(self, service: str) -> Any:
        """Return a boto3 client of the twin."""
        return self._clients(service)

    def deploy(self, stack: str) -> None:
        """Deploy a stack of a nested stage."""
        self._post("deploy", {"stack": stack})

    def prewarm(self, function: str, count: int) -> None:
        """Start environments of a function ahead of their first invocations."""
        self._post("prewarm", {"function": function, "count": count})

    def unfinished_invocations(self) -> int:
        """Return how many invocations run or wait for an environment."""
        with urllib.request.urlopen(f"{self.edge_url}/_touchline/state", timeout=30) as response:
            return int(json.load(response)["unfinished_invocations"])

    def _post(self, endpoint: str, query: dict[str, Any]) -> None:
        url = f"{self.edge_url}/_touchline/{endpoint}?{urlencode(query)}"
        request = urllib.request.Request(url, method="POST")
        urllib.request.urlopen(request, timeout=CONTROL_SECONDS).close()

    def close(self) -> None:
        """Close the clients' connections."""
        self._clients.close()


@contextmanager
def running_twin(*options: str) -> Iterator[TwinProcess]:
    """Start a twin on a free port with options of `python -m local up`, and end it with SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "up", "--port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        twin = TwinProcess(process, _edge_url(process))
        try:
            yield twin
        finally:
            twin.close()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _edge_url(process: "subprocess.Popen[str]") -> str:
    """Return the edge's URL from the summary that the twin prints once it has started."""
    assert process.stdout is not None
    for line in process.stdout:
        words = line.split()
        if words[:1] == [EDGE]:
            return words[1]
    raise RuntimeError("expected the twin to print its address, got the end of its output")

"""Spans: what the twin's environments did and when, one JSON object a line, for measurements of latency.

An `invocation` is queued, started and ended. A `call` is a request of an environment to a service, from its
arrival at the edge to its answer. Times are epoch milliseconds.
"""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

RecordSpan = Callable[..., None]
"""Called with the fields of a span."""

_ENVIRONMENT = re.compile(r"\bapp/(environment-\d+)")
"""What botocore makes of `AWS_SDK_UA_APP_ID`:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html"""


def environment_name(runtime_api: str) -> str:
    """Return an environment's name, from the address of its Runtime API: unique among those that run."""
    return f"environment-{runtime_api.rpartition(':')[2]}"


def environment_of(user_agent: str) -> str | None:
    """Return the environment that sent a request; None for a client that is no function."""
    found = _ENVIRONMENT.search(user_agent)
    return found.group(1) if found else None


def epoch_ms() -> float:
    """Return the time in epoch milliseconds."""
    return time.time() * 1000


def ignore_span(**_fields: object) -> None:
    """Record nothing."""


class SpanFile:
    """Writes spans to a file."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8")

    def record(self, **fields: object) -> None:
        """Write one span."""
        self._file.write(json.dumps(fields, separators=(",", ":")) + "\n")

    def close(self) -> None:
        """Write what is buffered, and close the file."""
        self._file.close()

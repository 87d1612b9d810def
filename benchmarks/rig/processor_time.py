"""CPU time of this process: user and system time of all threads."""

import resource
from collections.abc import Callable
from typing import Any

from benchmarks.figure import Figure, figure


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process during the work."""
    before = _used()
    work()
    return _used() - before


def processor_figure(
    name: str, own_seconds: float, boto3_seconds: float, *, calls: int, **detail: Any
) -> Figure:
    """Return the CPU microseconds per call, with boto3 and a thread pool as the peer."""
    return figure(
        name,
        own_seconds / calls * 1e6,
        "us",
        peer="boto3_threads",
        peer_value=boto3_seconds / calls * 1e6,
        **detail,
    )


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

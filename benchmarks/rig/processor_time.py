"""How much of the processor some work takes: user and system time of this process, its threads included."""

import resource
from collections.abc import Callable


def processor_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process while the work runs."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

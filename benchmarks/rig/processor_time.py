"""CPU time of this process: user and system time of all threads."""

import resource
from collections.abc import Callable


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process during the work."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

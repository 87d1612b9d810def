"""Wait for something that happens in another thread or process."""

import time
from collections.abc import Callable
from typing import Any

import pytest


def eventually(holds: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Wait until a condition holds, and return its value; fail with the description."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        value = holds()
        if value:
            return value
        time.sleep(0.02)
    pytest.fail(f"waited {seconds:.0f} s for {what}")

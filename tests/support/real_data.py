"""Real matches and social streams, which are not in this repository."""

import os
from pathlib import Path

import pytest

from paths import SHARED_DATA

ENVIRONMENT_VARIABLE = "TOUCHLINE_DATA"


def real_data(path: str) -> Path:
    """A file of the real data; the test is skipped without the folder, and fails if it was asked for."""
    asked = os.environ.get(ENVIRONMENT_VARIABLE)
    folder = Path(asked) if asked else SHARED_DATA
    if not asked and not folder.is_dir():
        pytest.skip(f"no real data beside the repository; name its folder in {ENVIRONMENT_VARIABLE}")
    found = folder / path
    if not found.exists():
        pytest.fail(f"{found} is not there; {ENVIRONMENT_VARIABLE} must name the folder of the real data")
    return found

"""Feed files that kloppy's package carries: the real matches of the demo, the benchmarks and the tests."""

from importlib import resources
from pathlib import Path

BUNDLED_FEEDS = Path(str(resources.files("kloppy"))) / "tests" / "files"
TURKEY_ITALY_EVENTS = BUNDLED_FEEDS / "statsbomb_3788741_event.json"
TURKEY_ITALY_LINE_UPS = BUNDLED_FEEDS / "statsbomb_3788741_lineup.json"
"""Turkey 0-3 Italy of Euro 2020, by StatsBomb."""

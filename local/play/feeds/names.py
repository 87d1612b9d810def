"""Readable names of teams and players."""

import re
from collections import Counter
from collections.abc import Sequence

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def readable(name: str) -> str:
    """Return a name with literal `\\u00c1` sequences decoded and whitespace normalised."""
    return " ".join(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), name).split())


def distinct_names(players: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return names by id from `(id, short name, full name)`: the full name if the short one is not unique."""
    shared = Counter(short for _, short, _ in players)
    return {
        player_id: readable(short if shared[short] == 1 or not full.strip() else full)
        for player_id, short, full in players
    }

"""Names as people write them, and one name per player."""

import re
from collections import Counter
from collections.abc import Sequence

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def readable(name: str) -> str:
    """The name with literal `\\u00c1` sequences turned into the characters they stand for."""
    return " ".join(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), name).split())


def distinct_names(players: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Names by id from `(id, short name, full name)`; whoever shares a short name gets the full one."""
    shared = Counter(short for _, short, _ in players)
    return {
        player_id: readable(short if shared[short] == 1 or not full.strip() else full)
        for player_id, short, full in players
    }

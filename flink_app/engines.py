"""The engines of the matches that one subtask watches: in memory while they are busy, in state always."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Part

Stored = Mapping[Part, str | None]
"""The parts of an engine as a checkpoint holds them; None where there is nothing yet."""
EngineFactory = Callable[[str], MatchEngine]
"""Makes the engine of a match, given the match's id."""

BUSY_ENGINES = 2_000
"""Engines that stay in memory in each subtask; the rest come back from state when their match speaks."""


class Engines:
    """Engines by match, the least recently busy ones let out of memory first.

    An engine in memory is never ahead of the state that its caller keeps: whoever changes it stores it.
    """

    def __init__(self, create: EngineFactory, capacity: int = BUSY_ENGINES) -> None:
        self._create = create
        self._capacity = capacity
        self._busy: OrderedDict[str, MatchEngine] = OrderedDict()

    def of(self, match_id: str, stored: Callable[[], Stored]) -> MatchEngine:
        """The engine of a match, brought back from `stored` if it is not in memory."""
        engine = self._busy.get(match_id)
        if engine is None:
            engine = self._create(match_id)
            engine.restore({part: json.loads(state) for part, state in stored().items() if state is not None})
            self._busy[match_id] = engine
            if len(self._busy) > self._capacity:
                self._busy.popitem(last=False)
        else:
            self._busy.move_to_end(match_id)
        return engine

    def forget(self, match_id: str) -> None:
        """Let an engine out of memory; its state stays where its caller keeps it."""
        self._busy.pop(match_id, None)


def to_state(engine: MatchEngine, part: Part) -> str:
    """A part of the engine as it is kept in a checkpoint."""
    return json.dumps(engine.state_of(part), separators=(",", ":"))

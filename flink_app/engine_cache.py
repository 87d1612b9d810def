"""Match engines of one subtask: the busy ones in memory, all of them in Flink's state."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.detection.outcome import Part
from flink_app.settings import Settings

StoredParts = Mapping[Part, str | None]
"""The parts of an engine as a checkpoint holds them; None for a part that was never written."""
EngineFactory = Callable[[str], MatchEngine]
"""Creates the engine of a match, given the match's id."""

STATE_KEPT_FOR = timedelta(days=7)
"""How long the state of a match is kept after its last change, which is its closing at the latest."""
CAPACITY = 2_000
"""Engines in memory per subtask; the others are restored from state when a signal of their match arrives."""


def engine_factory(settings: Settings) -> EngineFactory:
    """Return the factory of engines with the application's rules and allowed lateness."""

    def create(match_id: str) -> MatchEngine:
        return MatchEngine(
            match_id,
            rules=settings.rules,
            lateness_seconds=settings.allowed_lateness_seconds,
            crowd=MatchCrowd,
        )

    return create


class EngineCache:
    """A least-recently-used cache of engines by match.

    The caller writes every change of an engine to state, so that evicting one loses nothing.
    """

    def __init__(self, create: EngineFactory, capacity: int = CAPACITY) -> None:
        self._create = create
        self._capacity = capacity
        self._engines: OrderedDict[str, MatchEngine] = OrderedDict()

    def get(self, match_id: str, stored: Callable[[], StoredParts]) -> MatchEngine:
        """Return the engine of a match, restored from `stored` if it is not in memory."""
        engine = self._engines.get(match_id)
        if engine is not None:
            self._engines.move_to_end(match_id)
            return engine
        engine = self._create(match_id)
        engine.restore({part: json.loads(state) for part, state in stored().items() if state is not None})
        self._engines[match_id] = engine
        if len(self._engines) > self._capacity:
            self._engines.popitem(last=False)
        return engine

    def evict(self, match_id: str) -> None:
        """Remove an engine from memory; its state is kept."""
        self._engines.pop(match_id, None)


def part_state(engine: MatchEngine, part: Part) -> str:
    """Return a part of an engine as a checkpoint holds it."""
    return json.dumps(engine.state_of(part), separators=(",", ":"))

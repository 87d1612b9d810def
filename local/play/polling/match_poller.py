"""One match: documents in, signals out to the ingest endpoint or to the screen."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from domain.errors import InvalidFieldError
from domain.match import Match
from domain.signal import Signal
from local.play.polling.errors import PollingError
from polled_feed.polled_feed import PolledFeed
from polled_feed.providers import READERS
from polled_feed.snapshot import Phase, PolledMatch


class Sink(Protocol):
    """Where the match and its signals go."""

    async def announce(self, match: Match) -> None:
        """Announce the match before its first signal."""
        ...

    async def post(self, match_id: str, signals: tuple[Signal, ...]) -> None:
        """Send signals in order."""
        ...


class MatchPoller:
    """Gives each document of one match to its feed, and the signals to the sink.

    The state is saved after the signals were sent: after a failure the same signals are sent again, which
    detection ignores as duplicates.
    """

    def __init__(
        self, provider: str, sink: Sink, *, match_id: str | None, announce: bool, state_path: Path | None
    ) -> None:
        self._provider = provider
        self._sink = sink
        self._match_id = match_id
        self._announces = announce
        self._state_path = state_path
        self._feed: PolledFeed | None = None
        self._pending: tuple[Signal, ...] = ()

    async def poll(self, document: Any, time_of: Callable[[PolledMatch], datetime]) -> Phase:
        """Send what is new in a document; return the phase of the match."""
        polled = READERS[self._provider](document, self._match_id)
        match_id = self._match_id or polled.match.id
        if self._feed is None:
            self._feed = PolledFeed(match_id, self._provider, self._saved())
        if self._announces:
            await self._sink.announce(replace(polled.match, id=match_id))
            self._announces = False
        self._pending += self._feed.poll(polled, time_of(polled))
        await self.flush()
        return polled.phase

    async def flush(self) -> None:
        """Send the signals that wait, and save the state; if the sink fails they wait on."""
        if self._pending and self._feed is not None:
            await self._sink.post(self._feed.match_id, self._pending)
            self._pending = ()
            self._save()

    def _saved(self) -> dict[str, Any] | None:
        if self._state_path is None or not self._state_path.exists():
            return None
        try:
            state: dict[str, Any] = json.loads(self._state_path.read_text(encoding="utf-8"))
            PolledFeed("check", self._provider, state)
        except (OSError, ValueError, RecursionError, InvalidFieldError) as error:
            raise PollingError(f"{self._state_path}: expected the state of a poller, got {error}") from error
        return state

    def _save(self) -> None:
        if self._state_path is None or self._feed is None:
            return
        draft = self._state_path.with_name(f"{self._state_path.name}.new")
        draft.write_text(json.dumps(self._feed.state()), encoding="utf-8")
        draft.replace(self._state_path)

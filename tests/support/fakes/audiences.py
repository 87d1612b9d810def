"""In-memory audiences of matches, their named viewers, documents, and progress of dispatches."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.audience import Audience, CountedAudience
from domain.cohort import ViewerTraits
from domain.publish_progress import TOLD_AGAIN_AFTER, PublishProgress


class InMemoryAudienceStore:
    """Audiences by match and address; rows never expire."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Audience]] = {}
        self.viewers: dict[tuple[str, str], int] = {}
        self.sent: dict[tuple[str, str], datetime] = {}
        self.named_viewers: dict[str, dict[str, ViewerTraits]] = {}

    def add(self, match_id: str, audience: Audience, now: datetime) -> bool:
        address = audience.address(match_id)
        self.stored.setdefault(match_id, {})[address] = audience
        sent_at = self.sent.get((match_id, address))
        return sent_at is None or now - sent_at >= TOLD_AGAIN_AFTER

    def mark_sent(self, match_id: str, audience: Audience, now: datetime) -> None:
        self.sent[(match_id, audience.address(match_id))] = now

    def count_viewers(self, match_id: str, audience: Audience, viewers: int) -> None:
        key = (match_id, audience.address(match_id))
        self.viewers[key] = self.viewers.get(key, 0) + viewers

    def audiences(self, match_id: str, now: datetime) -> Sequence[CountedAudience]:
        return [
            CountedAudience(audience=audience, viewers=self.viewers.get((match_id, address), 0))
            for address, audience in sorted(self.stored.get(match_id, {}).items())
        ]

    def viewer_count(self, match_id: str, now: datetime) -> int:
        return sum(counted.viewers for counted in self.audiences(match_id, now))

    def add_named(
        self, match_id: str, viewer: ViewerTraits, now: datetime, *, limit: int, has_changed: bool = False
    ) -> bool:
        named = self.named_viewers.setdefault(match_id, {})
        is_new = viewer.viewer_id not in named
        if len(named) >= limit and (is_new or not has_changed):
            return False
        named[viewer.viewer_id] = viewer
        return is_new

    def named(self, match_id: str, now: datetime) -> Sequence[ViewerTraits]:
        return list(self.named_viewers.get(match_id, {}).values())


class InMemoryPublishLedger:
    """Progress and claims by match, version and address."""

    def __init__(self) -> None:
        self.progress: dict[tuple[str, int, str], PublishProgress] = {}
        self.failing: set[str] = set()
        """Addresses that cannot be claimed."""
        self._claims: dict[tuple[str, int, str], datetime] = {}

    def claim(
        self, match_id: str, version: int, address: str, *, now: datetime, until: datetime
    ) -> PublishProgress | None:
        if address in self.failing:
            raise ConnectionError(address)
        key = (match_id, version, address)
        if self._claims.get(key, now) > now:
            return None
        self._claims[key] = until
        return self.progress.get(key, PublishProgress())

    def release(self, match_id: str, version: int, address: str, progress: PublishProgress) -> None:
        key = (match_id, version, address)
        self.progress[key] = progress
        self._claims.pop(key, None)


class InMemoryDocuments:
    """Documents by address, with their number of writes as edition; some addresses fail."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[str, int]] = {}
        self.failing: set[str] = set()

    def read(self, address: str) -> tuple[dict[str, Any] | None, str | None]:
        if address not in self.documents:
            return None, None
        text, edition = self.documents[address]
        document: dict[str, Any] = json.loads(text)
        return document, str(edition)

    def write(self, address: str, document: Mapping[str, Any], edition: str | None) -> bool:
        if address in self.failing:
            raise ConnectionError(address)
        _, newest = self.documents.get(address, ("", 0))
        if edition != (str(newest) if newest else None):
            return False
        self.documents[address] = json.dumps(document), newest + 1
        return True

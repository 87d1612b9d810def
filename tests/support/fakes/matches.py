"""In-memory matches, and the announcements of their changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.announced import Announced
from domain.context import MatchContext
from domain.controls import Controls
from domain.match import Match


class InMemoryMatchStore:
    """Matches and contexts with conditional writes; `conflicts` makes that many writes fail."""

    def __init__(self, *matches: Match) -> None:
        self.matches = {match.id: match for match in matches}
        self.revisions: dict[str, int] = {}
        self.contexts: dict[str, MatchContext] = {}
        self.controls: dict[str, Controls] = {}
        self.versions: list[MatchContext] = []
        self.traces: list[Mapping[str, int]] = []
        self.conflicts = 0

    def match(self, match_id: str) -> Match | None:
        return self.matches.get(match_id)

    def put_match(self, match: Match) -> Announced:
        new = match.id not in self.matches
        newest = self.revisions.setdefault(match.id, match.revision or 0)
        if match.revision is not None and match.revision < newest:
            return Announced.STALE
        self.revisions[match.id] = max(newest, match.revision or 0)
        self.matches[match.id] = match
        return Announced.NEW if new else Announced.CHANGED

    def match_state(self, match_id: str) -> tuple[Match | None, MatchContext | None, Controls]:
        controls = self.controls.get(match_id, Controls(match_id=match_id))
        return self.matches.get(match_id), self.contexts.get(match_id), controls

    def recent_match_state(self, match_id: str) -> tuple[Match | None, MatchContext | None, Controls]:
        return self.match_state(match_id)

    def highest_numbers(self, match_id: str) -> tuple[int, int]:
        return self.newest_version(match_id), self.match_state(match_id)[2].revision

    def newest_version(self, match_id: str) -> int:
        context = self.contexts.get(match_id)
        return context.version if context else 0

    def put_controls(self, controls: Controls) -> bool:
        if self.match_state(controls.match_id)[2].revision != controls.revision - 1:
            return False
        self.controls[controls.match_id] = controls
        return True

    def put_context(self, context: MatchContext, trace: Mapping[str, int]) -> bool:
        before = self.contexts.get(context.match_id)
        if self.conflicts or (before.version if before else 0) != context.version - 1:
            self.conflicts = max(0, self.conflicts - 1)
            return False
        self.contexts[context.match_id] = context
        self.versions.append(context)
        self.traces.append(trace)
        return True

    def replace_context(self, context: MatchContext) -> bool:
        is_newest = self.contexts[context.match_id].version == context.version
        if is_newest:
            self.contexts[context.match_id] = context
        return is_newest


@dataclass
class InMemoryAnnouncements:
    published: list[Match] = field(default_factory=list)

    def publish(self, match: Match) -> None:
        self.published.append(match)

"""In-memory connections, their ledger, and a poster that records what it sends."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.choice import Exposure, add_exposures
from domain.cohort import ViewerTraits
from domain.context import MatchContext
from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.errors import RateExceededError
from domain.interaction_rate import MAX_AHEAD
from domain.post_outcome import PostOutcome
from domain.sight import Sight
from domain.subscription import Subscription


class InMemoryConnectionStore:
    """Subscriptions of one shard, in order of connection ids."""

    def __init__(self) -> None:
        self.subscriptions: dict[tuple[str, str], Subscription] = {}
        self.seen: dict[tuple[str, str], dict[str, Exposure]] = {}
        self.subscriber_counts: dict[tuple[str, int], int] = {}
        self.placements_seen: dict[tuple[str, str], set[tuple[str, int]]] = {}
        self.engaged: set[tuple[str, str]] = set()
        self.busy_until: dict[str, datetime] = {}
        self.pages_read = 0

    def add_connection(
        self, connection_id: str, viewer: ViewerTraits, expires_at: datetime, *, now: datetime, limit: int
    ) -> bool:
        return True

    def remove_connection(self, connection_id: str) -> None:
        for key in [key for key in self.subscriptions if key[1] == connection_id]:
            del self.subscriptions[key]

    def drop_subscriber(self, match_id: str, shard: int, connection_id: str) -> None:
        self.remove_connection(connection_id)

    def subscribe(self, subscription: Subscription) -> Subscription:
        viewer = subscription.match_id, subscription.viewer.viewer_id
        seen = self.seen.get(viewer, subscription.exposures)
        subscribed = replace(
            subscription, exposures=seen, engaged=subscription.engaged or viewer in self.engaged
        )
        self.subscriptions[subscription.match_id, subscription.connection_id] = subscribed
        return subscribed

    def unsubscribe(self, match_id: str, connection_id: str) -> None:
        self.subscriptions.pop((match_id, connection_id), None)

    def subscription(self, match_id: str, connection_id: str, now: datetime) -> Subscription | None:
        found = self.subscriptions.get((match_id, connection_id))
        return found if found and found.expires_at > now else None

    def set_last_version(self, match_id: str, connection_id: str, version: int) -> None:
        key = (match_id, connection_id)
        self.subscriptions[key] = replace(self.subscriptions[key], last_version=version)

    def record_acts(
        self,
        match_id: str,
        connection_id: str,
        *,
        sights: Sequence[Sight],
        has_chosen: bool,
        busy_for: timedelta,
        now: datetime,
    ) -> Subscription | None:
        found = self.subscription(match_id, connection_id, now)
        if found is None:
            return None
        busy_until = max(self.busy_until.get(connection_id, now), now)
        if busy_until > now and busy_until + busy_for > now + MAX_AHEAD:
            raise RateExceededError
        self.busy_until[connection_id] = busy_until + busy_for
        viewer = match_id, found.viewer.viewer_id
        placements = self.placements_seen.setdefault(viewer, set())
        news = sorted((each for each in sights if each.placement not in placements), key=lambda each: each.at)
        placements.update(each.placement for each in news)
        seen = add_exposures(found.exposures, [(each.component_id, each.at) for each in news])
        self.seen[viewer] = seen
        if has_chosen:
            self.engaged.add(viewer)
        for key, each in self.subscriptions.items():
            if (key[0], each.viewer.viewer_id) == viewer:
                self.subscriptions[key] = replace(
                    each, exposures=seen, engaged=each.engaged or viewer in self.engaged
                )
        return self.subscriptions[match_id, connection_id]

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[Subscription], str | None]:
        self.pages_read += 1
        ids = sorted(connection for match, connection in self.subscriptions if match == match_id)
        rest = [connection for connection in ids if after is None or connection > after]
        page = [self.subscriptions[match_id, connection] for connection in rest[:limit]]
        live = [entry for entry in page if entry.expires_at > now]
        return live, page[-1].connection_id if len(rest) > limit else None

    def subscribers(
        self, match_id: str, shard: int, connection_ids: Sequence[str], now: datetime
    ) -> Sequence[Subscription]:
        found = (self.subscription(match_id, connection, now) for connection in connection_ids)
        return [entry for entry in found if entry]

    def record_subscriber_count(self, match_id: str, shard: int, count: int, now: datetime) -> None:
        self.subscriber_counts[match_id, shard] = count

    def subscriber_count(self, match_id: str, now: datetime) -> int:
        return sum(count for (match, _), count in self.subscriber_counts.items() if match == match_id)


class InMemoryLedger:
    def __init__(self) -> None:
        self.checkpoints: dict[tuple[str, int, int], DispatchCheckpoint] = {}
        self.columns: dict[tuple[str, int], dict[str, str]] = {}
        self.planned: set[tuple[str, int]] = set()
        self._claims: dict[tuple[str, int, int], datetime] = {}

    def mark_planned(self, match_id: str, version: int) -> None:
        self.planned.add((match_id, version))

    def is_planned(self, match_id: str, version: int) -> bool:
        return (match_id, version) in self.planned

    def claim(
        self, match_id: str, version: int, shard: int, *, now: datetime, until: datetime
    ) -> DispatchCheckpoint | None:
        key = (match_id, version, shard)
        if self._claims.get(key, now) > now:
            return None
        self._claims[key] = until
        return self.checkpoints.get(key, DispatchCheckpoint())

    def release(self, match_id: str, version: int, shard: int, checkpoint: DispatchCheckpoint) -> None:
        self._claims.pop((match_id, version, shard), None)
        if checkpoint.position is not None:
            self.save_checkpoint(match_id, version, shard, checkpoint)

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: DispatchCheckpoint
    ) -> None:
        self.checkpoints[match_id, version, shard] = checkpoint

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        return self.columns.get((match_id, version), {})

    def save_columns(self, context: MatchContext) -> None:
        self.columns[context.match_id, context.version] = context.columns


class Killed(BaseException):
    """The function is killed."""


class RecordingPoster:
    """Records messages by connection.

    Connections can be gone, failing or throttled, and the function can be killed.
    """

    def __init__(self) -> None:
        self.inboxes: dict[str, list[bytes]] = {}
        self.gone: set[str] = set()
        self.failing: set[str] = set()
        self.throttled: set[str] = set()
        self.dies_after: int | None = None
        self.on_post: Callable[[str], None] | None = None

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:
        outcome = PostOutcome()
        for connection_id, body in messages:
            if self.on_post is not None:
                self.on_post(connection_id)
            if self.dies_after is not None:
                if self.dies_after == 0:
                    self.dies_after = None
                    raise Killed
                self.dies_after -= 1
            if connection_id in self.gone:
                outcome.gone.append(connection_id)
            elif connection_id in self.failing:
                outcome.failed.append(connection_id)
            elif connection_id in self.throttled:
                outcome.throttled.append(connection_id)
            else:
                self.inboxes.setdefault(connection_id, []).append(body)
                outcome.sent.append(connection_id)
        return outcome

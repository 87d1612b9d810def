"""In-memory fakes of the logic's ports, and builders of test data."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.choice import Exposure, add_exposures
from domain.cohort import Cohort, ViewerTraits
from domain.component import Component, Remote, Slot
from domain.constraint import Constraint
from domain.context import MatchContext
from domain.controls import Controls
from domain.dispatch_task import DispatchTask
from domain.interaction import RecordedInteraction
from domain.match import Match, Score, Stage, Team, Venue
from domain.metrics import Metric, Step
from domain.moment import Moment, MomentType
from domain.recommendation import Recommendation, Refusal
from domain.signal import Signal
from domain.subscription import Subscription

KICK_OFF = datetime(2021, 6, 11, 19, 0, tzinfo=UTC)


def a_match(match_id: str = "turkey-italy") -> Match:
    return Match(
        id=match_id,
        competition="Euro 2020",
        stage=Stage.GROUP,
        venue=Venue(name="Stadio Olimpico", neutral=False),
        home=Team(id="909", name="Turkey"),
        away=Team(id="914", name="Italy"),
        kick_off=KICK_OFF,
    )


def a_moment(
    number: int = 1, *, kind: MomentType = MomentType.GOAL, match_id: str = "turkey-italy", **changes: Any
) -> Moment:
    """Build a moment in this minute of the first half; by default a goal of the away team."""
    fields: dict[str, Any] = {
        "id": f"{match_id}:{kind}:{number}",
        "match_id": match_id,
        "type": kind,
        "signal_id": f"signal-{number}",
        "period": 1,
        "clock_seconds": 60.0 * number,
        "occurred_at": KICK_OFF + timedelta(minutes=number),
        "score": Score(away=number),
        "team": "Italy",
        "received_at_ms": 1_000,
        "detected_at_ms": 1_010,
    }
    return Moment(**{**fields, **changes})


def a_component(component_id: str, slot: Slot = Slot.OVERLAY, **changes: Any) -> Component:
    fields: dict[str, Any] = {
        "id": component_id,
        "type": "poll",
        "title": component_id.title(),
        "slot": slot,
        "remote": Remote(url=f"/remotes/{component_id}.js", module="./Widget", integrity="sha384-abc"),
    }
    return Component(**{**fields, **changes})


def a_viewer(
    number: int = 1, *, team: str = "Italy", age_band: str = "25-34", **changes: Any
) -> ViewerTraits:
    cohort = Cohort(favourite_team=team, age_band=age_band, country="IT", tier="premium")
    return ViewerTraits(**{"viewer_id": f"viewer-{number}", "cohort": cohort, **changes})


class FrozenClock:
    """A clock that moves only when it is set, or by `sleep`."""

    def __init__(self, now: datetime = KICK_OFF) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class RecordedTelemetry:
    counts: dict[str, float] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def count(self, metric: Metric, value: float = 1) -> None:
        self.counts[metric] = self.counts.get(metric, 0) + value

    def step(self, step: Step, milliseconds: float) -> None:
        self.steps.append(step)

    def info(self, message: str, **facts: object) -> None:
        pass

    def warning(self, message: str, **facts: object) -> None:
        self.warnings.append(message)

    def correlate(self, moment_id: str | None) -> None:
        pass


class InMemoryMatchStore:
    """Matches and contexts with conditional writes; `conflicts` makes that many writes fail."""

    def __init__(self, *matches: Match) -> None:
        self.matches = {match.id: match for match in matches}
        self.contexts: dict[str, MatchContext] = {}
        self.controls: dict[str, Controls] = {}
        self.versions: list[MatchContext] = []
        self.traces: list[Mapping[str, int]] = []
        self.conflicts = 0

    def match(self, match_id: str) -> Match | None:
        return self.matches.get(match_id)

    def put_match(self, match: Match) -> bool:
        new = match.id not in self.matches
        self.matches[match.id] = match
        return new

    def match_state(self, match_id: str) -> tuple[Match | None, MatchContext | None, Controls]:
        controls = self.controls.get(match_id, Controls(match_id=match_id))
        return self.matches.get(match_id), self.contexts.get(match_id), controls

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


@dataclass
class InMemorySignalStream:
    signals: list[Signal] = field(default_factory=list)
    lose: set[str] = field(default_factory=set)

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        self.signals += [signal for signal in signals if signal.id not in self.lose]
        return [signal for signal in signals if signal.id in self.lose]


@dataclass
class InMemoryDeadLetters:
    letters: list[dict[str, Any]] = field(default_factory=list)

    def put_dead_letter(self, **letter: Any) -> None:
        self.letters.append(letter)


@dataclass
class InMemoryDispatchQueue:
    tasks: list[DispatchTask] = field(default_factory=list)

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        self.tasks += tasks


class InMemoryConnectionStore:
    """Subscriptions of one shard, in order of connection ids."""

    def __init__(self) -> None:
        self.subscriptions: dict[tuple[str, str], Subscription] = {}
        self.seen: dict[tuple[str, str], dict[str, Exposure]] = {}
        self.pages_read = 0

    def add_connection(self, connection_id: str, viewer: ViewerTraits, expires_at: datetime) -> None:
        pass

    def remove_connection(self, connection_id: str) -> None:
        for key in [key for key in self.subscriptions if key[1] == connection_id]:
            del self.subscriptions[key]

    def drop_subscriber(self, match_id: str, shard: int, connection_id: str) -> None:
        self.remove_connection(connection_id)

    def subscribe(self, subscription: Subscription) -> None:
        self.subscriptions[subscription.match_id, subscription.connection_id] = subscription

    def unsubscribe(self, match_id: str, connection_id: str) -> None:
        self.subscriptions.pop((match_id, connection_id), None)

    def subscription(self, match_id: str, connection_id: str, now: datetime) -> Subscription | None:
        found = self.subscriptions.get((match_id, connection_id))
        return found if found and found.expires_at > now else None

    def set_last_version(self, match_id: str, connection_id: str, version: int) -> None:
        key = (match_id, connection_id)
        self.subscriptions[key] = replace(self.subscriptions[key], last_version=version)

    def record_playhead(self, match_id: str, connection_id: str, playhead: datetime, latency_ms: int) -> bool:
        return (match_id, connection_id) in self.subscriptions

    def exposures(self, match_id: str, viewer_id: str) -> dict[str, Exposure]:
        return self.seen.get((match_id, viewer_id), {})

    def mark_engaged(self, match_id: str, connection_id: str) -> None:
        key = (match_id, connection_id)
        self.subscriptions[key] = replace(self.subscriptions[key], engaged=True)

    def record_exposures(self, subscription: Subscription, seen_at: Mapping[str, datetime]) -> None:
        key = (subscription.match_id, subscription.viewer.viewer_id)
        self.seen[key] = add_exposures(self.seen.get(key, {}), seen_at)

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


class InMemoryLedger:
    def __init__(self) -> None:
        self.checkpoints: dict[tuple[str, int, int], tuple[str | None, tuple[str, ...]]] = {}
        self.columns: dict[tuple[str, int], dict[str, str]] = {}

    def checkpoint(self, match_id: str, version: int, shard: int) -> tuple[str | None, tuple[str, ...]]:
        return self.checkpoints.get((match_id, version, shard), (None, ()))

    def save_checkpoint(
        self, match_id: str, version: int, shard: int, checkpoint: tuple[str | None, tuple[str, ...]]
    ) -> None:
        self.checkpoints[match_id, version, shard] = checkpoint

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        return self.columns.get((match_id, version), {})

    def save_columns(self, context: MatchContext) -> None:
        self.columns[context.match_id, context.version] = context.columns


@dataclass
class PostOutcome:
    sent: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    retried: int = 0


class Killed(BaseException):
    """The function is killed."""


class RecordingPoster:
    """Records messages by connection; connections can be gone or failing, and the function can be killed."""

    def __init__(self) -> None:
        self.inboxes: dict[str, list[bytes]] = {}
        self.gone: set[str] = set()
        self.failing: set[str] = set()
        self.dies_after: int | None = None

    def post(self, messages: Iterable[tuple[str, bytes]]) -> PostOutcome:
        outcome = PostOutcome()
        for connection_id, body in messages:
            if self.dies_after is not None:
                if self.dies_after == 0:
                    self.dies_after = None
                    raise Killed
                self.dies_after -= 1
            if connection_id in self.gone:
                outcome.gone.append(connection_id)
            elif connection_id in self.failing:
                outcome.failed.append(connection_id)
            else:
                self.inboxes.setdefault(connection_id, []).append(body)
                outcome.sent.append(connection_id)
        return outcome


class ScriptedRecommender:
    """Returns the same ranking for every user, or a refusal."""

    def __init__(self, *ranking: str) -> None:
        self.ranking = ranking
        self.refusal: Refusal | None = None
        self.asked: list[str] = []
        self.columns: list[Mapping[str, str]] = []
        self._lock = threading.Lock()

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        with self._lock:
            self.asked.append(user_id)
            self.columns.append(columns)
        if self.refusal:
            return self.refusal
        return self.ranking[:count], f"recommendation-of-{user_id}"


class InMemoryRecommendationCache:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], Recommendation | None] = {}
        self._lock = threading.Lock()

    def find_recommendations(
        self, match_id: str, cell: str, cohort_keys: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        keys = {cohort_key: (match_id, cell, cohort_key) for cohort_key in cohort_keys}
        return {cohort_key: self.rows[key] for cohort_key, key in keys.items() if key in self.rows}

    def claim_recommendation(self, match_id: str, cell: str, cohort_key: str, now: datetime) -> bool:
        with self._lock:
            key = (match_id, cell, cohort_key)
            is_ours = key not in self.rows
            self.rows.setdefault(key, None)
            return is_ours

    def store_recommendation(
        self, match_id: str, cell: str, cohort_key: str, recommendation: Recommendation, now: datetime
    ) -> None:
        self.rows[match_id, cell, cohort_key] = recommendation

    def release_claim(self, match_id: str, cell: str, cohort_key: str) -> None:
        self.rows.pop((match_id, cell, cohort_key), None)


class FixedBudget:
    """A fixed number of tokens."""

    def __init__(self, left: int = 1_000_000) -> None:
        self.left = left

    def take_token(self, now: datetime) -> bool:
        self.left -= 1
        return self.left >= 0


@dataclass
class InMemoryCatalogue:
    known: dict[str, Component] = field(default_factory=dict)
    rules: list[Constraint] = field(default_factory=list)
    popular: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(*components: Component) -> "InMemoryCatalogue":
        return InMemoryCatalogue(known={component.id: component for component in components})

    def components(self) -> Mapping[str, Component]:
        return self.known

    def constraints(self) -> Sequence[Constraint]:
        return self.rules

    def popularity(self, cell: str) -> tuple[str, ...]:
        return self.popular.get(cell, ())


class EveryComponent:
    """Treats every id as a component."""

    def known(self, component_ids: Collection[str]) -> frozenset[str]:
        return frozenset(component_ids)


@dataclass
class InMemoryDecisionLog:
    decisions: list[Mapping[str, Any]] = field(default_factory=list)

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        self.decisions += decisions


@dataclass
class InMemoryInteractionStream:
    interactions: list[RecordedInteraction] = field(default_factory=list)

    def put_interactions(self, interactions: Sequence[RecordedInteraction]) -> int:
        self.interactions += interactions
        return 0


@dataclass
class InMemoryEventTracker:
    calls: list[list[RecordedInteraction]] = field(default_factory=list)
    refusal: Refusal | None = None

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        if self.refusal is None:
            self.calls.append(list(interactions))
        return self.refusal

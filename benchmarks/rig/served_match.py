"""A match served to many cohorts within the campaign's rate, in simulated time.

The logic is that of the Lambda functions; what they call is in memory. Calls for a moment are made twelve at
a time, calls that prepare calm screens two at a time; each takes as long as a campaign usually does.
"""

import json
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise, product

from domain.cohort import AGE_BANDS, TIERS, UNKNOWN, Cohort, ViewerTraits
from domain.component import Component
from domain.constraint import Constraint, read_published
from domain.context import MatchContext, initial_context, merge
from domain.controls import Controls
from domain.detection.engine import MatchEngine
from domain.match import Match
from domain.metrics import Metric, Step
from domain.moment import Moment
from domain.placement import Placement, Rung
from domain.preparation_task import PreparationTask
from domain.recommendation import Recommendation
from domain.salience import SALIENCE
from domain.subscription import Subscription
from lambdas.adapters.dynamo_budget import VIEWER_PART
from lambdas.logic.ladder import Ladder
from lambdas.logic.placement_finder import PlacementFinder
from lambdas.logic.placement_signature import PlacementSigner
from lambdas.logic.ports.matches import MatchState
from lambdas.logic.preparation_requests import PreparationRequests
from lambdas.logic.screen_preparer import ScreenPreparer
from lambdas.logic.shared_recommendations import CONCURRENT_CALLS, SharedRecommendations
from local.play.feeds.feed import Feed
from paths import CATALOGUE_FOLDER

WORKERS = 2
"""Functions that prepare calm screens at the same time."""
CALL = timedelta(milliseconds=60)
"""The usual latency of a campaign."""
COUNTRIES = ("IT", "TR", "GB", "DE", "FR", "ES", "NL")
EARLY = timedelta(minutes=10)
"""How long before kick-off viewers subscribe."""
NAMED_SHARE = 20
"""One viewer in so many has engaged, and has recommendations of their own."""
RANKED = {Rung.VIEWER, Rung.COHORT}


class OneKey:
    """A key that signs placements."""

    def current(self) -> bytes | None:
        return bytes(64)


class Clock:
    """A clock that moves by `sleep`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        with self._lock:
            self.now += timedelta(seconds=seconds)


class Rate:
    """The leased budget: so many calls in each second."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: Counter[int] = Counter()
        self._lock = threading.Lock()

    def take_token(self, now: datetime) -> bool:
        """Take one call of this second; False if none is left."""
        return self.take_tokens(1, now) == 1

    def take_tokens(self, wanted: int, now: datetime) -> int:
        """Take as many calls of this second as are left, at most `wanted`."""
        second = int(now.timestamp())
        with self._lock:
            taken = min(wanted, self._limit - self._taken[second])
            self._taken[second] += taken
            return taken


class Campaign:
    """Ranks the whole catalogue, and counts calls by second."""

    def __init__(self, component_ids: Iterable[str], clock: Clock) -> None:
        self.calls: Counter[int] = Counter()
        self.calm_calls = 0
        self._ranking = tuple(component_ids)
        self._clock = clock
        self._lock = threading.Lock()

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None]:
        """Return the ranking."""
        is_calm = columns["MATCH_EVENT"] == "none"
        with self._lock:
            self.calls[int(self._clock().timestamp())] += 1
            self.calm_calls += is_calm
        self._clock.sleep(CALL.total_seconds() / (WORKERS if is_calm else CONCURRENT_CALLS))
        return self._ranking[:count], user_id


class Rankings:
    """The shared cache."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], tuple[Recommendation | None, datetime]] = {}
        self._lock = threading.Lock()

    def find_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        """Return what is stored and has not expired."""
        rows = {owner: self._rows.get((match_id, cell, owner)) for owner in owners}
        return {owner: row[0] for owner, row in rows.items() if row is not None and row[1] > now}

    def stored_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation]:
        """Return the recommendations that are stored."""
        known = self.find_recommendations(match_id, cell, owners, now)
        return {owner: answer for owner, answer in known.items() if answer is not None}

    def claim_recommendations(
        self, match_id: str, cell: str, owners: Sequence[str], now: datetime, *, limit: int
    ) -> Sequence[str]:
        """Claim those without a recommendation and a claim."""
        with self._lock:
            known = self.find_recommendations(match_id, cell, owners, now)
            free = [owner for owner in owners if owner not in known][:limit]
            self._rows |= {(match_id, cell, owner): (None, now + timedelta(seconds=2)) for owner in free}
            return free

    def store_recommendations(
        self,
        match_id: str,
        cell: str,
        recommendations: Mapping[str, Recommendation],
        now: datetime,
        *,
        kept_for: timedelta,
    ) -> None:
        """Store recommendations."""
        for owner, recommendation in recommendations.items():
            self._rows[match_id, cell, owner] = (recommendation, now + kept_for)

    def release_claims(self, match_id: str, cell: str, owners: Sequence[str]) -> None:
        """Delete claims."""
        for owner in owners:
            self._rows.pop((match_id, cell, owner), None)


class DefaultCatalogue:
    """The catalogue that is published first, without popularity."""

    def __init__(self) -> None:
        components = json.loads((CATALOGUE_FOLDER / "components.json").read_text())["components"]
        constraints = json.loads((CATALOGUE_FOLDER / "constraints.json").read_text())["constraints"]
        self._components = {each.id: each for each in map(Component.from_dict, components)}
        self._constraints = [read_published(each) for each in constraints]

    def components(self) -> Mapping[str, Component]:
        """Return every component by its id."""
        return self._components

    def constraints(self) -> Sequence[Constraint]:
        """Return every constraint."""
        return self._constraints

    def popularity(self, cell: str) -> tuple[str, ...]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return ()


class Silent:
    """Telemetry that goes nowhere."""

    def count(self, metric: Metric, value: float = 1) -> None:
        """Do nothing."""

    def step(self, step: Step, milliseconds: float) -> None:
        """Do nothing."""

    def info(self, message: str, **facts: object) -> None:
        """Do nothing."""

    def warning(self, message: str, **facts: object) -> None:
        """Do nothing."""

    def correlate(self, moment_id: str | None) -> None:
        """Do nothing."""


class Tasks:
    """The queue of rankings to prepare."""

    def __init__(self) -> None:
        self.waiting: deque[PreparationTask] = deque()

    def send_preparation(self, task: PreparationTask) -> None:
        """Add a task."""
        self.waiting.append(task)


@dataclass(slots=True)
class Stored:
    """The match and its newest context."""

    match: Match
    context: MatchContext

    def match_state(self, match_id: str) -> MatchState:
        """Return both."""
        return self.match, self.context, Controls(match_id=match_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a served match has cost, and what its viewers saw.

    `ranked` is each viewer's share of play in which the whole screen was ranked for the viewer or the cohort.
    """

    calls: int
    calm_calls: int
    busiest_second: int
    versions: int
    ranked: Mapping[str, float]


def spread_viewers(match: Match, count: int) -> list[ViewerTraits]:
    """Return one viewer of each of this many cohorts, at most 210."""
    teams = (match.home.name, match.away.name, UNKNOWN)
    cohorts = [
        Cohort(favourite_team=team, age_band=age, country=country, tier=tier)
        for country, age, tier, team in product(COUNTRIES, AGE_BANDS, TIERS, teams)
    ]
    return [
        ViewerTraits(viewer_id=f"viewer-{number}", cohort=cohort)
        for number, cohort in enumerate(cohorts[:count])
    ]


@dataclass(slots=True)
class _Shares:
    """Seconds of play, and those in which the viewer's screen was ranked for the viewer or the cohort."""

    total: float = 0.0
    ranked: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


def serve(feed: Feed, viewers: Sequence[ViewerTraits], *, transactions_per_second: int) -> Served:
    """Serve each version of the match to the viewers, and prepare calm screens until the next one."""
    match = feed.match
    versions = list(_versions(feed))
    clock = Clock(match.kick_off - EARLY)
    catalogue, tasks = DefaultCatalogue(), Tasks()
    campaign = Campaign(catalogue.components(), clock)
    viewer_limit = max(1, transactions_per_second // VIEWER_PART)
    ladder = Ladder(
        recommender=campaign,
        shared=SharedRecommendations(cache=Rankings(), telemetry=Silent(), clock=clock, sleep=clock.sleep),
        budget=Rate(transactions_per_second - viewer_limit),
        viewer_budget=Rate(viewer_limit),
        catalogue=catalogue,
        telemetry=Silent(),
        clock=clock,
        sleep=clock.sleep,
    )
    finder = PlacementFinder(ladder=ladder, catalogue=catalogue, signer=PlacementSigner(keys=OneKey()))
    stored = Stored(match, initial_context(match))
    preparer = ScreenPreparer(matches=stored, ladder=ladder, queue=tasks, clock=clock, sleep=clock.sleep)
    requests = PreparationRequests(queue=tasks, clock=clock)
    subscribers = [_subscription(match, viewer, number) for number, viewer in enumerate(viewers)]
    requests.request(stored.context, [viewer.cohort for viewer in viewers])
    _prepare(preparer, tasks, clock, versions[0][0].occurred_at)
    shares = _Shares()
    for (moment, context), (following, _) in pairwise(versions):
        clock.now = max(clock.now, moment.occurred_at)
        stored.context = context
        audiences, found = finder.find(context, match, subscribers, {}, clock())
        requests.request(
            context,
            [audience.cohort for audience in found],
            [audience.viewer_id for audience in found if audience.viewer_id],
        )
        seconds = max(0.0, (following.occurred_at - moment.occurred_at).total_seconds())
        valid = float(SALIENCE[context.headline.type].valid_seconds) if context.headline else seconds
        shares.total += seconds
        for subscriber in subscribers:
            placed = found[audiences[subscriber.connection_id]]
            shares.ranked[subscriber.viewer.viewer_id] += _is_ranked(placed.choice.placements) * min(
                seconds, valid
            ) + _is_ranked(placed.afterwards) * max(0.0, seconds - valid)
        _prepare(preparer, tasks, clock, following.occurred_at)
    return Served(
        calls=campaign.calls.total(),
        calm_calls=campaign.calm_calls,
        busiest_second=max(campaign.calls.values()),
        versions=len(versions),
        ranked={viewer: seconds / shares.total for viewer, seconds in shares.ranked.items()},
    )


def _versions(feed: Feed) -> Iterable[tuple[Moment, MatchContext]]:
    """Yield each version of the match's context with the moment that made it."""
    engine, context = MatchEngine(feed.match.id), initial_context(feed.match)
    for signal in feed.signals:
        for moment in engine.observe(signal).moments:
            merged = merge(context, feed.match, [moment])
            if merged is not None:
                context = merged
                yield moment, merged


def _subscription(match: Match, viewer: ViewerTraits, number: int) -> Subscription:
    return Subscription(
        match_id=match.id,
        connection_id=f"c{number:05d}",
        viewer=viewer,
        expires_at=match.kick_off + timedelta(hours=4),
        engaged=number % NAMED_SHARE == 0,
    )


def _prepare(preparer: ScreenPreparer, tasks: Tasks, clock: Clock, until: datetime) -> None:
    while tasks.waiting and clock() < until:
        preparer.prepare(tasks.waiting.popleft(), until)


def _is_ranked(placements: Sequence[Placement]) -> bool:
    return bool(placements) and {placed.rung for placed in placements} <= RANKED

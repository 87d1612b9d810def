"""The capabilities that the logic asks of the world; adapters give them on AWS, tests give fakes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.transcript import Transcription
from domain.choice import Exposure
from domain.cohort import ViewerTraits
from domain.component import Component
from domain.constraint import Constraint
from domain.context import MatchContext
from domain.controls import Controls
from domain.dispatch_task import DispatchTask
from domain.interaction import RecordedInteraction
from domain.match import Match
from domain.metrics import Metric, Step
from domain.recommendation import Recommendation, Refusal
from domain.signal import Signal
from domain.subscription import Subscription

Clock = Callable[[], datetime]
MatchState = tuple[Match | None, MatchContext | None, Controls]
"""A match, its newest context, and what its operator has decided."""
Checkpoint = tuple[str | None, tuple[str, ...]]
"""The last connection of the pages already dealt with (None before the first), and those still owed."""


class Telemetry(Protocol):
    """Counts, step latencies and facts."""

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to a counter."""

    def step(self, step: Step, milliseconds: float) -> None:
        """Record the latency of a step."""

    def info(self, message: str, **facts: object) -> None:
        """Log a fact."""

    def warn(self, message: str, **facts: object) -> None:
        """Log a fault that was survived."""

    def about(self, moment_id: str | None) -> None:
        """Correlate the following log lines with a moment."""


class MatchStore(Protocol):
    """Matches and their contexts."""

    def match(self, match_id: str) -> Match | None:
        """The match, or None if nobody announced it."""

    def put_match(self, match: Match) -> bool:
        """Announce a match or change it; True if it is new."""

    def match_state(self, match_id: str) -> MatchState:
        """The match, its newest context and the operator's controls, in one consistent read."""

    def put_context(self, context: MatchContext, trace: Mapping[str, int]) -> bool:
        """Write the next version; False if somebody else has written it first."""

    def replace_context(self, context: MatchContext) -> bool:
        """Change the newest version's memory, and nothing that is shown; False if it is not the newest."""

    def put_controls(self, controls: Controls) -> bool:
        """Write the next revision of the controls; False if somebody else has written it first."""


class SignalStream(Protocol):
    """The stream of signals."""

    def put_signals(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        """Write signals; returns those that could not be written after retries."""


class DeadLetters(Protocol):
    """The place of records that nobody can read."""

    def put_dead_letter(self, *, source: str, reason: str, field: str | None, payload: str) -> None:
        """Set a record aside with the reason."""


class Announcements(Protocol):
    """Where it is heard that a match was announced or changed."""

    def publish(self, match: Match) -> None:
        """Tell of a match; later ones are heard after it."""


class DispatchQueue(Protocol):
    """The queue of dispatch tasks."""

    def send_tasks(self, tasks: Sequence[DispatchTask]) -> None:
        """Enqueue tasks; raises when one was refused for good."""


class ConnectionStore(Protocol):
    """Connections and what they follow."""

    def add_connection(self, connection_id: str, viewer: ViewerTraits, expires_at: datetime) -> None:
        """Remember a connection."""

    def remove_connection(self, connection_id: str) -> None:
        """Forget a connection and all that it follows."""

    def subscribe(self, subscription: Subscription) -> None:
        """Follow a match."""

    def unsubscribe(self, match_id: str, connection_id: str) -> None:
        """Stop following a match."""

    def subscription(self, match_id: str, connection_id: str, now: datetime) -> Subscription | None:
        """What one connection follows, read consistently."""

    def set_last_version(self, match_id: str, connection_id: str, version: int) -> None:
        """Raise the version below which nothing is sent to this subscriber."""

    def record_playhead(self, match_id: str, connection_id: str, playhead: datetime, latency_ms: int) -> bool:
        """Remember where the player is; False if the connection does not follow the match."""

    def mark_engaged(self, match_id: str, connection_id: str) -> None:
        """The viewer has clicked on something in this match or sent it away."""

    def exposures(self, match_id: str, viewer_id: str) -> dict[str, Exposure]:
        """What the viewer has seen in this match, on whichever connection."""

    def record_exposures(self, subscription: Subscription, sights: Mapping[str, datetime]) -> None:
        """The viewer saw components, each last at this time; the same sight twice counts once."""

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[Sequence[Subscription], str | None]:
        """Subscribers of a shard in the order of their ids, and where the next page starts after."""

    def subscribers(
        self, match_id: str, shard: int, connection_ids: Sequence[str], now: datetime
    ) -> Sequence[Subscription]:
        """Those of the named connections that still follow the match."""

    def drop_subscriber(self, match_id: str, shard: int, connection_id: str) -> None:
        """Forget a subscriber that turned out to be gone, and all else that its connection follows."""


class DispatchLedger(Protocol):
    """What was sent: how far each dispatch has come, and the context of each version."""

    def checkpoint(self, match_id: str, version: int, shard: int) -> Checkpoint:
        """How far the dispatch of this version to this shard has come."""

    def save_checkpoint(self, match_id: str, version: int, shard: int, checkpoint: Checkpoint) -> None:
        """Remember how far it has come."""

    def sent_columns(self, match_id: str, version: int) -> dict[str, str]:
        """The context columns of a version that was sent; empty if it is unknown."""

    def save_columns(self, context: MatchContext) -> None:
        """Keep the columns of a version, for the interactions that will refer to it."""


class PostOutcome(Protocol):
    """What became of a round of posts, by connection id."""

    @property
    def sent(self) -> Sequence[str]:
        """Those that took the message."""

    @property
    def gone(self) -> Sequence[str]:
        """Those that do not exist any more."""

    @property
    def failed(self) -> Sequence[str]:
        """Those that could not be reached in spite of retries."""

    @property
    def retried(self) -> int:
        """How many attempts had to be repeated."""


class ConnectionPoster(Protocol):
    """Sends messages to connections."""

    def post(self, messages: Iterable[tuple[str, bytes]]) -> PostOutcome:
        """Send each message to its connection, several at a time, with retries."""


class Recommender(Protocol):
    """The Personalize campaign."""

    def recommend(
        self, user_id: str, columns: Mapping[str, str], count: int
    ) -> tuple[tuple[str, ...], str | None] | Refusal:
        """Component ids, best first, with the recommendation's id; or why there are none."""


class RecommendationCache(Protocol):
    """Recommendations that all shards of a match share."""

    def find_recommendations(
        self, match_id: str, cell: str, cohort_keys: Sequence[str], now: datetime
    ) -> Mapping[str, Recommendation | None]:
        """By cohort what is there: a recommendation, or None while another asks for it."""

    def claim_recommendation(self, match_id: str, cell: str, cohort_key: str, now: datetime) -> bool:
        """Whether it is ours to ask: there is no recommendation, and nobody else is asking for it."""

    def store_recommendation(
        self, match_id: str, cell: str, cohort_key: str, recommendation: Recommendation, now: datetime
    ) -> None:
        """Share a recommendation."""

    def release_claim(self, match_id: str, cell: str, cohort_key: str) -> None:
        """Give a claim back unfulfilled."""


class RateBudget(Protocol):
    """The campaign's transactions per second, shared by everybody who asks it."""

    def take_token(self, now: datetime) -> bool:
        """Take one transaction of this second; False if none is left."""


class Catalogue(Protocol):
    """Components, popularity and constraints as the business published them."""

    def components(self) -> Mapping[str, Component]:
        """Every component by its id."""

    def constraints(self) -> Sequence[Constraint]:
        """Every business constraint."""

    def popularity(self, cell: str) -> tuple[str, ...]:
        """Component ids by popularity in a context cell; empty if nothing is known of it."""


class ComponentIds(Protocol):
    """Which components there are."""

    def known(self, component_ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are components."""


class CatalogueStore(Protocol):
    """The tables that hold what the business publishes."""

    def replace_components(self, components: Sequence[Component]) -> None:
        """Publish exactly these components."""

    def replace_constraints(self, constraints: Sequence[Mapping[str, Any]]) -> None:
        """Publish exactly these constraints."""

    def replace_popularity(self, popularity: Mapping[str, Sequence[str]]) -> None:
        """Publish the popular components of each context cell."""


class Files(Protocol):
    """Files that the business and its jobs curate."""

    def text(self, key: str) -> str:
        """One file."""

    def parts(self, folder: str, suffix: str) -> Iterable[str]:
        """Every file of a folder with this suffix."""


class DecisionLog(Protocol):
    """What was placed and why, for evaluation and training; losing a line fails nothing."""

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Write decisions, as well as it goes."""


class InteractionStream(Protocol):
    """The stream of interactions."""

    def put_interactions(self, interactions: Sequence[RecordedInteraction]) -> int:
        """Write interactions; returns how many could not be written."""


class EventTracker(Protocol):
    """Personalize's event tracker."""

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        """Tell the recommender of interactions of one viewer's session; the refusal if there was one."""


class Analyser(Protocol):
    """One way of looking at, or listening to, a sample of the broadcast."""

    @property
    def name(self) -> str:
        """The analyser's name, as observations, metrics and logs have it."""

    @property
    def kind(self) -> SampleKind:
        """The samples that it can look at."""

    @property
    def every_seconds(self) -> float:
        """How often it looks; 0 is never."""

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """What it found; nothing yet where the answer comes later.

        Raises UnreadableSampleError, AnalyserRefusedError or AnalyserBusyError.
        """


class Transcriptions(Protocol):
    """Transcription jobs that were started earlier."""

    def result(self, job_name: str) -> Transcription:
        """The result of a job that is over; raises AnalyserBusyError when it cannot be had now."""

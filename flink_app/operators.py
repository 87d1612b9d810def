"""The operators of the pipeline: thin shells between Flink and the domain."""

import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pyflink.common import Time, Types
from pyflink.common.watermark_strategy import TimestampAssigner
from pyflink.datastream import OutputTag, RuntimeContext
from pyflink.datastream.functions import FlatMapFunction, KeyedProcessFunction, ProcessFunction
from pyflink.datastream.state import StateTtlConfig, ValueStateDescriptor

from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.detection.outcome import REFUSALS, Verdict
from domain.moment import Moment
from flink_app.arrival import Arrival, read_arrival, read_signal
from flink_app.dead_letter import DeadLetter
from flink_app.engines import Engines, to_state
from flink_app.publishing import DeadLettersQueue, MomentsTopic
from flink_app.settings import Settings

ARRIVAL_TYPE = Types.TUPLE([Types.STRING(), Types.LONG(), Types.STRING()])
DEAD_LETTERS = OutputTag("dead-letters", Types.STRING())
STATE_DAYS = 7
"""How long the state of a match outlives its last change, whatever its feed forgot to say."""


class ReadArrivals(ProcessFunction):  # type: ignore[misc]
    """Records to arrivals; what cannot be addressed goes aside."""

    def open(self, runtime_context: RuntimeContext) -> None:
        """Count what is refused."""
        self._malformed = runtime_context.get_metrics_group().counter("malformed_records")

    def process_element(self, value: str, ctx: ProcessFunction.Context) -> Iterator[Any]:  # noqa: ARG002
        """One record."""
        arrival = read_arrival(value)
        if isinstance(arrival, DeadLetter):
            self._malformed.inc()
            yield DEAD_LETTERS, arrival.to_json(_now())
        else:
            yield (arrival.match_id, arrival.occurred_at_ms, arrival.payload)


class EventTime(TimestampAssigner):  # type: ignore[misc]
    """Event time is when a signal occurred, not when it came."""

    def extract_timestamp(self, value: tuple[str, int, str], record_timestamp: int) -> int:  # noqa: ARG002
        """Milliseconds since the epoch."""
        return value[1]


class DetectMoments(KeyedProcessFunction):  # type: ignore[misc]
    """Signals of a match to its moments, through the match's engine, whose state is kept by Flink."""

    def __init__(self, settings: Settings) -> None:
        self._lateness_seconds = settings.allowed_lateness_seconds
        self._rules = settings.rules

    def open(self, runtime_context: RuntimeContext) -> None:
        """Take up the state, and count."""
        lifetime = StateTtlConfig.new_builder(Time.days(STATE_DAYS)).build()
        descriptor = ValueStateDescriptor("engine", Types.STRING())
        descriptor.enable_time_to_live(lifetime)
        self._state = runtime_context.get_state(descriptor)
        self._engines = Engines(self._new_engine)
        metrics = runtime_context.get_metrics_group()
        self._verdicts = {verdict: metrics.counter(f"{verdict.value}_signals") for verdict in Verdict}
        self._malformed = metrics.counter("malformed_signals")

    def process_element(
        self, value: tuple[str, int, str], ctx: KeyedProcessFunction.Context
    ) -> Iterator[Any]:
        """One signal."""
        arrival = Arrival(match_id=value[0], occurred_at_ms=value[1], payload=value[2])
        signal = read_signal(arrival.payload)
        if isinstance(signal, DeadLetter):
            self._malformed.inc()
            yield DEAD_LETTERS, signal.to_json(_now())
            return
        engine = self._engines.of(arrival.match_id, self._state.value)
        had_ended = engine.ended
        outcome = engine.observe(signal)
        self._verdicts[outcome.verdict].inc()
        if outcome.state_changed:
            self._state.update(to_state(engine))
        if engine.ended and not had_ended:
            self._wait_for_stragglers(arrival.occurred_at_ms, ctx.timer_service())
        if outcome.verdict in REFUSALS:
            letter = DeadLetter(reason=REFUSALS[outcome.verdict], payload=arrival.payload)
            yield DEAD_LETTERS, letter.to_json(_now())
        for moment in outcome.moments:
            yield json.dumps(moment.to_dict())

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> None:  # noqa: ARG002
        """The match is over and its stragglers had their time: let go of its state."""
        match_id = ctx.get_current_key()
        engine = self._engines.of(match_id, self._state.value)
        engine.let_go()
        self._state.update(to_state(engine))
        self._engines.forget(match_id)

    def _wait_for_stragglers(self, ended_at_ms: int, timers: Any) -> None:
        """Event time stops with the last match and is ahead of a replayed one: the wall clock helps."""
        lateness_ms = round(self._lateness_seconds * 1000)
        if timers.current_watermark() < ended_at_ms + lateness_ms:
            timers.register_event_time_timer(ended_at_ms + lateness_ms)
        timers.register_processing_time_timer(timers.current_processing_time() + lateness_ms)

    def _new_engine(self, match_id: str) -> MatchEngine:
        return MatchEngine(
            match_id, rules=self._rules, lateness_seconds=self._lateness_seconds, crowd=MatchCrowd
        )


class PublishMoments(FlatMapFunction):  # type: ignore[misc]
    """Moments to the topic; nothing goes further."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open(self, runtime_context: RuntimeContext) -> None:
        """Connect once per subtask."""
        settings = self._settings
        self._topic = MomentsTopic(
            settings.moments_topic_arn, region=settings.region, endpoint_url=settings.endpoint_url
        )
        self._published = runtime_context.get_metrics_group().counter("published_moments")

    def flat_map(self, value: str) -> Iterable[str]:
        """One moment."""
        moment = Moment.from_dict(json.loads(value)).detected(time.time_ns() // 1_000_000)
        self._topic.publish(moment)
        self._published.inc()
        return ()


class KeepDeadLetters(FlatMapFunction):  # type: ignore[misc]
    """Refused records to their queue; nothing goes further."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open(self, runtime_context: RuntimeContext) -> None:
        """Connect once per subtask."""
        settings = self._settings
        self._queue = DeadLettersQueue(
            settings.dead_letters_queue_url, region=settings.region, endpoint_url=settings.endpoint_url
        )
        self._kept = runtime_context.get_metrics_group().counter("dead_letters")

    def flat_map(self, value: str) -> Iterable[str]:
        """One letter."""
        self._queue.put(value)
        self._kept.inc()
        return ()


def _now() -> datetime:
    return datetime.now(tz=UTC)

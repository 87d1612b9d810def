"""The operators of the pipeline: thin shells between Flink and the domain."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pyflink.common import Time, Types
from pyflink.common.watermark_strategy import TimestampAssigner
from pyflink.datastream import OutputTag, RuntimeContext
from pyflink.datastream.functions import KeyedProcessFunction, ProcessFunction
from pyflink.datastream.state import StateTtlConfig, ValueState, ValueStateDescriptor

from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.detection.outcome import REFUSALS, Part, Verdict
from flink_app.arrival import Arrival, read_arrival, read_signal
from flink_app.dead_letter import DeadLetter
from flink_app.engines import Engines, to_state
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
        self._parts: dict[Part, ValueState] = {}
        for part in Part:
            descriptor = ValueStateDescriptor(part.value, Types.STRING())
            descriptor.enable_time_to_live(lifetime)
            self._parts[part] = runtime_context.get_state(descriptor)
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
        engine = self._engines.of(arrival.match_id, self._stored)
        had_ended = engine.ended
        outcome = engine.observe(signal)
        self._verdicts[outcome.verdict].inc()
        self._keep(engine, outcome.changed)
        if engine.ended and not had_ended:
            self._wait_for_stragglers(arrival.occurred_at_ms, ctx.timer_service())
        if outcome.verdict in REFUSALS:
            letter = DeadLetter(reason=REFUSALS[outcome.verdict], payload=arrival.payload)
            yield DEAD_LETTERS, letter.to_json(_now())
        for moment in outcome.moments:
            yield json.dumps(moment.to_dict())

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable[str]:  # noqa: ARG002
        """The match is over and its stragglers had their time: let go of its state."""
        match_id = ctx.get_current_key()
        engine = self._engines.of(match_id, self._stored)
        engine.let_go()
        self._keep(engine, Part)
        self._engines.forget(match_id)
        return ()

    def _stored(self) -> dict[Part, str | None]:
        return {part: state.value() for part, state in self._parts.items()}

    def _keep(self, engine: MatchEngine, changed: Iterable[Part]) -> None:
        for part in changed:
            self._parts[part].update(to_state(engine, part))

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


def _now() -> datetime:
    return datetime.now(tz=UTC)

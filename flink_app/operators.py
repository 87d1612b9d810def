"""The operators of the pipeline: adapters between Flink and the domain."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pyflink.common import Time, Types
from pyflink.common.watermark_strategy import TimestampAssigner
from pyflink.datastream import OutputTag, RuntimeContext
from pyflink.datastream.functions import KeyedProcessFunction, ProcessFunction
from pyflink.datastream.state import StateTtlConfig, ValueState, ValueStateDescriptor

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Part, Verdict
from flink_app.counters import MALFORMED_RECORDS, MALFORMED_SIGNALS, METRIC_GROUP, signals_counter
from flink_app.dead_letter import DeadLetter
from flink_app.engine_cache import EngineCache, engine_factory, part_state
from flink_app.records import RECORD_CHARSET, RoutedRecord, read_signal, refused_record, route_record
from flink_app.settings import Settings

RECORD_TYPE = Types.TUPLE([Types.STRING(), Types.LONG(), Types.STRING()])
"""A routed record on its way between operators: match id, event time in milliseconds, payload."""
DEAD_LETTERS_OUTPUT = OutputTag("dead-letters", Types.STRING())
STATE_DAYS = 7
"""How long the state of a match is kept after its last change; not every feed says when a match ends."""


class RouteRecords(ProcessFunction):  # type: ignore[misc]
    """Reads the match and the event time of each record; the side output has the unreadable ones."""

    def open(self, runtime_context: RuntimeContext) -> None:
        """Register the counter."""
        metrics = runtime_context.get_metrics_group().add_group(METRIC_GROUP)
        self._malformed = metrics.counter(MALFORMED_RECORDS)

    def process_element(self, value: str, ctx: ProcessFunction.Context) -> Iterator[Any]:  # noqa: ARG002
        """Route one record, given as one character per byte."""
        record = route_record(value.encode(RECORD_CHARSET))
        if isinstance(record, DeadLetter):
            self._malformed.inc()
            yield DEAD_LETTERS_OUTPUT, record.to_json(_now())
        else:
            yield (record.match_id, record.occurred_at_ms, record.payload)


class EventTime(TimestampAssigner):  # type: ignore[misc]
    """Event time is when a signal occurred, not when it arrived."""

    def extract_timestamp(self, value: tuple[str, int, str], record_timestamp: int) -> int:  # noqa: ARG002
        """Return milliseconds since the epoch."""
        return value[1]


class DetectMoments(KeyedProcessFunction):  # type: ignore[misc]
    """Passes the signals of a match to its engine, whose state Flink keeps, and emits moments."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open(self, runtime_context: RuntimeContext) -> None:
        """Open the state and register the counters."""
        lifetime = StateTtlConfig.new_builder(Time.days(STATE_DAYS)).build()
        self._parts: dict[Part, ValueState] = {}
        for part in Part:
            descriptor = ValueStateDescriptor(part.value, Types.STRING())
            descriptor.enable_time_to_live(lifetime)
            self._parts[part] = runtime_context.get_state(descriptor)
        self._engines = EngineCache(engine_factory(self._settings))
        metrics = runtime_context.get_metrics_group().add_group(METRIC_GROUP)
        self._verdicts = {verdict: metrics.counter(signals_counter(verdict)) for verdict in Verdict}
        self._malformed = metrics.counter(MALFORMED_SIGNALS)

    def process_element(
        self, value: tuple[str, int, str], ctx: KeyedProcessFunction.Context
    ) -> Iterator[Any]:
        """Process one signal."""
        record = RoutedRecord(match_id=value[0], occurred_at_ms=value[1], payload=value[2])
        signal = read_signal(record)
        if isinstance(signal, DeadLetter):
            self._malformed.inc()
            yield DEAD_LETTERS_OUTPUT, signal.to_json(_now())
            return
        engine = self._engines.get(record.match_id, self._stored_parts)
        had_ended = engine.ended
        outcome = engine.observe(signal)
        self._verdicts[outcome.verdict].inc()
        self._store(engine, outcome.changed)
        if engine.ended and not had_ended:
            self._schedule_cleanup(record.occurred_at_ms, ctx.timer_service())
        refused = refused_record(record, outcome.verdict)
        if refused is not None:
            yield DEAD_LETTERS_OUTPUT, refused.to_json(_now())
        for moment in outcome.moments:
            yield json.dumps(moment.to_dict())

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable[str]:  # noqa: ARG002
        """Discard the state of a match that is over, after the time allowed to late signals."""
        match_id = ctx.get_current_key()
        engine = self._engines.get(match_id, self._stored_parts)
        engine.let_go()
        self._store(engine, Part)
        self._engines.evict(match_id)
        return ()

    def _stored_parts(self) -> dict[Part, str | None]:
        return {part: state.value() for part, state in self._parts.items()}

    def _store(self, engine: MatchEngine, changed: Iterable[Part]) -> None:
        for part in changed:
            self._parts[part].update(part_state(engine, part))

    def _schedule_cleanup(self, ended_at_ms: int, timers: Any) -> None:
        """Set timers in event time and in processing time.

        Event time stops when no match is on, and is already past for a match that is replayed.
        """
        lateness_ms = round(self._settings.allowed_lateness_seconds * 1000)
        if timers.current_watermark() < ended_at_ms + lateness_ms:
            timers.register_event_time_timer(ended_at_ms + lateness_ms)
        timers.register_processing_time_timer(timers.current_processing_time() + lateness_ms)


def _now() -> datetime:
    return datetime.now(tz=UTC)

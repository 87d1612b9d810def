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

from domain.detection.engine import CLOSE_AFTER_SILENCE, MatchEngine
from domain.detection.outcome import Part, Verdict
from flink_app.counters import MALFORMED_RECORDS, MALFORMED_SIGNALS, METRIC_GROUP, signals_counter
from flink_app.dead_letter import DeadLetter
from flink_app.engine_cache import STATE_KEPT_FOR, EngineCache, engine_factory, part_state
from flink_app.records import (
    RECORD_CHARSET,
    RoutedRecord,
    read_signal,
    refused_records,
    refused_signals,
    route_record,
)
from flink_app.settings import Settings

RECORD_TYPE = Types.TUPLE([Types.STRING(), Types.LONG(), Types.STRING()])
"""A routed record on its way between operators: match id, event time in milliseconds, payload."""
DEAD_LETTERS_OUTPUT = OutputTag("dead-letters", Types.STRING())
HOUR_MS = 3_600_000
CLOSE_AFTER_MS = round(CLOSE_AFTER_SILENCE.total_seconds() * 1000)


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
        lifetime = StateTtlConfig.new_builder(Time.days(STATE_KEPT_FOR.days)).build()
        self._parts: dict[Part, ValueState] = {}
        for part in Part:
            descriptor = ValueStateDescriptor(part.value, Types.STRING())
            descriptor.enable_time_to_live(lifetime)
            self._parts[part] = runtime_context.get_state(descriptor)
        closes_at = ValueStateDescriptor("closes_at", Types.LONG())
        closes_at.enable_time_to_live(lifetime)
        self._closes_at: ValueState = runtime_context.get_state(closes_at)
        self._scheduled: dict[str, int] = {}
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
        outcome = engine.observe(signal)
        self._verdicts[outcome.verdict].inc()
        self._store(engine, outcome.changed)
        self._schedule_closing(record.match_id, ctx.timer_service())
        for refused in refused_records(record, outcome):
            yield DEAD_LETTERS_OUTPUT, refused.to_json(_now())
        for moment in outcome.moments:
            yield json.dumps(moment.to_dict())

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterator[Any]:
        """Close a match that has been silent, unless a signal has set a later timer since."""
        closes_at = self._closes_at.value()
        if closes_at is None or timestamp < closes_at:
            return
        match_id = ctx.get_current_key()
        engine = self._engines.get(match_id, self._stored_parts)
        for refused in refused_signals(engine.close()):
            yield DEAD_LETTERS_OUTPUT, refused.to_json(_now())
        self._store(engine, Part)
        self._engines.evict(match_id)
        self._scheduled.pop(match_id, None)

    def _stored_parts(self) -> dict[Part, str | None]:
        return {part: state.value() for part, state in self._parts.items()}

    def _store(self, engine: MatchEngine, changed: Iterable[Part]) -> None:
        for part in changed:
            self._parts[part].update(part_state(engine, part))

    def _schedule_closing(self, match_id: str, timers: Any) -> None:
        """Set a timer for the end of the silence that begins now, to the hour: at most one an hour."""
        closes_at = (timers.current_processing_time() + CLOSE_AFTER_MS) // HOUR_MS * HOUR_MS + HOUR_MS
        if self._scheduled.get(match_id) != closes_at:
            self._scheduled[match_id] = closes_at
            self._closes_at.update(closes_at)
            timers.register_processing_time_timer(closes_at)


def _now() -> datetime:
    return datetime.now(tz=UTC)

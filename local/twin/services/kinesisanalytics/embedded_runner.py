"""The embedded engine: detection over the signals stream in one thread, for where Flink would be too much.

It has its own reader and keeps state in memory. Everything else is the code of the Flink application.
"""

import json
import logging
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.detection.engine import CLOSE_AFTER_SILENCE, MatchEngine
from flink_app.counters import (
    DEAD_LETTERS,
    MALFORMED_RECORDS,
    MALFORMED_SIGNALS,
    PUBLISHED_MOMENTS,
    signals_counter,
)
from flink_app.dead_letter import DeadLetter
from flink_app.engine_cache import STATE_KEPT_FOR, engine_factory
from flink_app.errors import RefusedByServiceError
from flink_app.publishing import BATCH_ENTRIES, DeadLettersQueue, MessageSender, MomentsTopic
from flink_app.records import RoutedRecord, read_signal, refused_records, refused_signals, route_record
from flink_app.settings import Settings
from local.twin.services.kinesisanalytics.producer_library import user_records
from local.twin.services.kinesisanalytics.shard_reader import ShardReader

LOGGER = logging.getLogger(__name__)
RETRY_SECONDS = 0.5


class EmbeddedRunner:
    """Reads signals, passes them to the engine of their match, and publishes moments and dead letters.

    `counts` has the counters of the Flink application. Set `wake` when records were written: the runner
    then does not wait for the end of its polling interval. `seconds` is a clock that only goes forward.
    """

    def __init__(
        self,
        kinesis: Any,
        sns: Any,
        sqs: Any,
        settings: Settings,
        *,
        wake: threading.Event | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._seconds = seconds
        self._wake = wake or threading.Event()
        self._reader = ShardReader(kinesis, settings.signals_stream_name, settings.initial_position)
        self._topic = MomentsTopic(sns, settings.moments_topic_arn)
        self._queue = DeadLettersQueue(sqs, settings.dead_letters_queue_url)
        self._create_engine = engine_factory(settings)
        self._engines: dict[str, MatchEngine] = {}
        self._heard_at: OrderedDict[str, float] = OrderedDict()
        self._closed_at: OrderedDict[str, float] = OrderedDict()
        self._moments: deque[str] = deque()
        self._dead_letters: deque[str] = deque()
        self.counts: Counter[str] = Counter()

    def run(self, stop: threading.Event) -> None:
        """Run until stopped; retry failed calls, so that no signal and no moment is lost."""
        while not stop.is_set():
            busy = self._retry(self.read_once, stop)
            self._retry(self.flush, stop)
            self.close_silent_matches()
            if not busy:
                self._wake.wait(self._settings.polling_interval_milliseconds / 1000)
                self._wake.clear()
        self._last_flush()

    def read_once(self) -> bool:
        """Process the records that have arrived; True if there were any."""
        busy = False
        for aggregate in self._reader.read():
            busy = True
            for record in user_records(aggregate):
                self.process(record)
        return busy

    def process(self, data: bytes) -> None:
        """Process one record."""
        record = route_record(data)
        if isinstance(record, DeadLetter):
            self._refuse(record, MALFORMED_RECORDS)
            return
        signal = read_signal(record)
        if isinstance(signal, DeadLetter):
            self._refuse(signal, MALFORMED_SIGNALS)
            return
        engine = self._engine(record)
        outcome = engine.observe(signal)
        self.counts[signals_counter(outcome.verdict)] += 1
        self._add_dead_letters(refused_records(record, outcome))
        self._moments.extend(json.dumps(moment.to_dict()) for moment in outcome.moments)
        self._closed_at.pop(record.match_id, None)
        self._heard_at[record.match_id] = self._seconds()
        self._heard_at.move_to_end(record.match_id)

    def flush(self) -> None:
        """Publish moments and send dead letters; what fails stays for the next call."""
        self._send(self._moments, self._topic, PUBLISHED_MOMENTS)
        self._send(self._dead_letters, self._queue, DEAD_LETTERS)

    def close_silent_matches(self) -> None:
        """Close the matches of which no signal has come for long, and later forget them as Flink does."""
        now = self._seconds()
        for match_id in _pop_until(self._heard_at, now - CLOSE_AFTER_SILENCE.total_seconds()):
            self._add_dead_letters(refused_signals(self._engines[match_id].close()))
            self._closed_at[match_id] = now
        for match_id in _pop_until(self._closed_at, now - STATE_KEPT_FOR.total_seconds()):
            del self._engines[match_id]

    @property
    def matches(self) -> int:
        """The number of matches whose state is kept."""
        return len(self._engines)

    def _send(self, waiting: deque[str], sender: MessageSender, counter: str) -> None:
        while waiting:
            batch = list(islice(waiting, BATCH_ENTRIES))
            refused: list[str] = []
            try:
                sender.send(batch)
            except RefusedByServiceError as error:
                LOGGER.warning("%s; retrying them", error)
                refused = [batch[index] for index in error.indexes]
            for _ in batch:
                waiting.popleft()
            waiting.extendleft(reversed(refused))
            self.counts[counter] += len(batch) - len(refused)
            if refused:
                return

    def _engine(self, record: RoutedRecord) -> MatchEngine:
        engine = self._engines.get(record.match_id)
        if engine is None:
            engine = self._engines[record.match_id] = self._create_engine(record.match_id)
        return engine

    def _refuse(self, letter: DeadLetter, counter: str) -> None:
        self.counts[counter] += 1
        self._add_dead_letters([letter])

    def _add_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        self._dead_letters.extend(letter.to_json(datetime.now(tz=UTC)) for letter in letters)

    def _last_flush(self) -> None:
        try:
            self.flush()
        except (ClientError, BotoCoreError) as error:
            LOGGER.warning("%s; %d moments were not published", error, len(self._moments))

    def _retry(self, act: Callable[[], Any], stop: threading.Event) -> Any:
        while not stop.is_set():
            try:
                return act()
            except (ClientError, BotoCoreError) as error:
                LOGGER.warning("%s; retrying in %.1f s", error, RETRY_SECONDS)
                stop.wait(RETRY_SECONDS)
        return None


def _pop_until(times: OrderedDict[str, float], until: float) -> Iterator[str]:
    """Remove the keys of the times before this one, oldest first, and yield them."""
    while times and next(iter(times.values())) < until:
        yield times.popitem(last=False)[0]

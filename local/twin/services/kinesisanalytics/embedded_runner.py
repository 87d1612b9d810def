"""The embedded engine: the detectors over the signals stream in one thread, where Flink would be too much."""

import json
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.detection.outcome import REFUSALS
from domain.errors import InvalidFieldError
from domain.moment import Moment
from domain.signal import Signal
from domain.validation import format_instant
from local.embedded_settings import EmbeddedSettings
from local.twin.services.kinesisanalytics.producer_library import user_records
from local.twin.services.kinesisanalytics.shard_reader import ShardReader

LOGGER = logging.getLogger(__name__)
MOMENTS_PER_PUBLISH = 10
RETRY_SECONDS = 0.5
MAX_PAYLOAD_CHARACTERS = 20_000  # 256 KiB, and JSON escapes a character into up to twelve bytes
MALFORMED = "malformed"


class EmbeddedRunner:
    """Reads signals, drives the engine of each match, publishes moments, and keeps what it refused.

    `counts` says what became of the signals; `wake` may be set by whoever knows that records came, so that
    the runner does not sit out its polling interval.
    """

    def __init__(
        self,
        kinesis: Any,
        sns: Any,
        sqs: Any,
        settings: EmbeddedSettings,
        *,
        wake: threading.Event | None = None,
    ) -> None:
        self._sns = sns
        self._sqs = sqs
        self._settings = settings
        self._wake = wake or threading.Event()
        self._reader = ShardReader(kinesis, settings.signals_stream_name, settings.initial_position)
        self._engines: dict[str, MatchEngine] = {}
        self._ended: dict[str, float] = {}
        self._moments: deque[Moment] = deque()
        self._letters: deque[str] = deque()
        self.counts: Counter[str] = Counter()

    def run(self, stop: threading.Event) -> None:
        """Go on until stopped; what AWS refuses is tried again, so that nothing is lost on the way."""
        self._persist(self._reader.discover, stop)
        while not stop.is_set():
            busy = self._persist(self.read_once, stop)
            self._persist(self.flush, stop)
            self._let_go_of_ended()
            if not busy:
                self._wake.wait(self._settings.polling_seconds)
                self._wake.clear()
        self._last_flush()

    def read_once(self) -> bool:
        """Take in what came; whether anything did."""
        busy = False
        for record in self._reader.read():
            busy = True
            for payload in user_records(record):
                self.take_in(payload)
        return busy

    def take_in(self, payload: bytes) -> None:
        """One signal, or something that is none."""
        try:
            signal = Signal.from_dict(json.loads(payload))
        except InvalidFieldError as error:
            self._refuse(payload, str(error), MALFORMED, field=error.field)
            return
        except (ValueError, RecursionError) as error:
            self._refuse(payload, f"not JSON in UTF-8: {error}", MALFORMED)
            return
        outcome = self._engine(signal.match_id).observe(signal)
        self.counts[outcome.verdict.value] += 1
        if outcome.verdict in REFUSALS:
            self._refuse(payload, REFUSALS[outcome.verdict], "refused")
        self._moments.extend(outcome.moments)
        if self._engines[signal.match_id].ended:
            self._ended.setdefault(signal.match_id, time.monotonic())

    def flush(self) -> None:
        """Publish the moments found and keep the records refused; what fails stays for the next call."""
        while self._moments:
            batch = [self._moments[index] for index in range(min(MOMENTS_PER_PUBLISH, len(self._moments)))]
            detected_at_ms = time.time_ns() // 1_000_000
            entries = [_entry(index, moment.detected(detected_at_ms)) for index, moment in enumerate(batch)]
            answer = self._sns.publish_batch(
                TopicArn=self._settings.moments_topic_arn, PublishBatchRequestEntries=entries
            )
            refused = {int(failure["Id"]) for failure in answer.get("Failed", [])}
            for _ in batch:
                self._moments.popleft()
            self._moments.extendleft(batch[index] for index in sorted(refused, reverse=True))
            self.counts["published"] += len(batch) - len(refused)
            if refused:
                LOGGER.warning("%d moments were refused by the topic; trying again", len(refused))
                return
        while self._letters:
            self._sqs.send_message(
                QueueUrl=self._settings.dead_letters_queue_url, MessageBody=self._letters[0]
            )
            self._letters.popleft()

    def _engine(self, match_id: str) -> MatchEngine:
        engine = self._engines.get(match_id)
        if engine is None:
            engine = self._engines[match_id] = MatchEngine(
                match_id,
                rules=self._settings.rules,
                lateness_seconds=self._settings.allowed_lateness_seconds,
                crowd=MatchCrowd,
            )
        return engine

    def _refuse(self, payload: bytes, reason: str, count: str, field: str | None = None) -> None:
        self.counts[count] += 1
        letter = {
            "source": "analytics",
            "reason": reason,
            **({"field": field} if field is not None else {}),
            "payload": payload.decode(errors="backslashreplace")[:MAX_PAYLOAD_CHARACTERS],
            "at": format_instant(datetime.now(tz=UTC)),
        }
        self._letters.append(json.dumps(letter))

    def _let_go_of_ended(self) -> None:
        """A match that is over keeps its state as long as stragglers may come."""
        now, patience = time.monotonic(), self._settings.allowed_lateness_seconds
        for match_id in [match_id for match_id, since in self._ended.items() if now - since > patience]:
            del self._ended[match_id]
            self._engines[match_id].let_go()

    def _last_flush(self) -> None:
        try:
            self.flush()
        except (ClientError, BotoCoreError) as error:
            LOGGER.warning("%s; %d moments were not published", error, len(self._moments))

    def _persist(self, act: Callable[[], Any], stop: threading.Event) -> Any:
        while not stop.is_set():
            try:
                return act()
            except (ClientError, BotoCoreError) as error:
                LOGGER.warning("%s; trying again in %.1f s", error, RETRY_SECONDS)
                stop.wait(RETRY_SECONDS)
        return None


def _entry(index: int, moment: Moment) -> dict[str, Any]:
    return {
        "Id": str(index),
        "Message": json.dumps(moment.to_dict()),
        "MessageAttributes": {
            "match_id": {"DataType": "String", "StringValue": moment.match_id},
            "type": {"DataType": "String", "StringValue": moment.type.value},
        },
    }

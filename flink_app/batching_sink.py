"""Send what the operators found in batches: messages that arrive during one call leave with the next."""

import json
import zlib
from collections.abc import Callable, Iterable

from pyflink.common import Types
from pyflink.datastream import RuntimeContext
from pyflink.datastream.functions import KeyedProcessFunction
from pyflink.datastream.state import ListStateDescriptor

from flink_app.counters import DEAD_LETTERS, METRIC_GROUP, PUBLISHED_MOMENTS
from flink_app.publishing import DeadLettersQueue, MessageSender, MomentsTopic, service_client
from flink_app.settings import Settings

PARTITIONS = 16
"""Keys of the sinks: enough to share between subtasks, few enough to fill batches."""


class BatchingSink(KeyedProcessFunction):  # type: ignore[misc]
    """Sends the messages of a partition; emits nothing.

    A thousand matches that kick off together make a thousand moments, and one call for each would delay the
    signals behind them. Messages wait in state until their call has succeeded. A timer that is due at once
    sends all that have arrived by then.
    """

    def __init__(self, connect: Callable[[], MessageSender], counter: str) -> None:
        self._connect = connect
        self._counter_name = counter

    def open(self, runtime_context: RuntimeContext) -> None:
        """Connect once per subtask, and restore the messages that were not sent."""
        self._sender = self._connect()
        self._waiting = runtime_context.get_list_state(ListStateDescriptor("waiting", Types.STRING()))
        metrics = runtime_context.get_metrics_group().add_group(METRIC_GROUP)
        self._sent = metrics.counter(self._counter_name)

    def process_element(self, value: str, ctx: KeyedProcessFunction.Context) -> Iterable[str]:
        """Keep one message, and schedule the next batch."""
        self._waiting.add(value)
        timers = ctx.timer_service()
        timers.register_processing_time_timer(timers.current_processing_time())
        return ()

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable[str]:  # noqa: ARG002
        """Send the messages that wait."""
        messages = list(self._waiting.get())
        if messages:
            self._sender.send(messages)
            self._waiting.clear()
            self._sent.inc(len(messages))
        return ()


def moment_partition(moment: str) -> int:
    """Return the partition of a moment, given as JSON: one per match, to keep its moments in order."""
    return _partition(json.loads(moment)["match_id"])


def dead_letter_partition(dead_letter: str) -> int:
    """Return the partition of a dead letter; their order does not matter."""
    return _partition(dead_letter)


def moments_sink(settings: Settings) -> BatchingSink:
    """Return the sink that publishes moments to their topic."""

    def connect() -> MessageSender:
        return MomentsTopic(service_client("sns", settings), settings.moments_topic_arn)

    return BatchingSink(connect, PUBLISHED_MOMENTS)


def dead_letters_sink(settings: Settings) -> BatchingSink:
    """Return the sink that sends dead letters to their queue."""

    def connect() -> MessageSender:
        return DeadLettersQueue(service_client("sqs", settings), settings.dead_letters_queue_url)

    return BatchingSink(connect, DEAD_LETTERS)


def _partition(text: str) -> int:
    return zlib.crc32(text.encode()) % PARTITIONS

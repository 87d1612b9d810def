"""How moments and dead letters leave: what gathers while one call is out goes with the next."""

import json
import zlib
from collections.abc import Callable, Iterable

from pyflink.common import Types
from pyflink.datastream import RuntimeContext
from pyflink.datastream.functions import KeyedProcessFunction
from pyflink.datastream.state import ListStateDescriptor

from flink_app.publishing import DeadLettersQueue, MomentsTopic, Outlet
from flink_app.settings import Settings

LANES = 16
"""Keys of the delivery: enough for subtasks to share, few enough to fill batches."""


class Deliver(KeyedProcessFunction):  # type: ignore[misc]
    """Messages of a lane to an outlet; nothing goes further.

    A thousand matches that kick off together are a thousand moments: one call for each would hold up the
    signals behind them. Messages wait in state until their call is answered, and a timer that is due at once
    sends all that came by then.
    """

    def __init__(self, connect: Callable[[], Outlet], counted: str) -> None:
        self._connect = connect
        self._counted = counted

    def open(self, runtime_context: RuntimeContext) -> None:
        """Connect once per subtask, and take up what was not sent yet."""
        self._outlet = self._connect()
        self._waiting = runtime_context.get_list_state(ListStateDescriptor("waiting", Types.STRING()))
        self._delivered = runtime_context.get_metrics_group().counter(self._counted)

    def process_element(self, value: str, ctx: KeyedProcessFunction.Context) -> Iterable[str]:
        """One message."""
        self._waiting.add(value)
        timers = ctx.timer_service()
        timers.register_processing_time_timer(timers.current_processing_time())
        return ()

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable[str]:  # noqa: ARG002
        """Send what waits."""
        messages = list(self._waiting.get())
        if messages:
            self._outlet.send(messages)
            self._waiting.clear()
            self._delivered.inc(len(messages))
        return ()


def moments_lane(moment: str) -> int:
    """The lane of a moment, given as JSON: that of its match, so that its moments keep their order."""
    return _lane(json.loads(moment)["match_id"])


def letters_lane(letter: str) -> int:
    """The lane of a dead letter: any."""
    return _lane(letter)


def deliver_moments(settings: Settings) -> Deliver:
    """Moments to their topic."""

    def connect() -> Outlet:
        return MomentsTopic(
            settings.moments_topic_arn, region=settings.region, endpoint_url=settings.endpoint_url
        )

    return Deliver(connect, "published_moments")


def deliver_letters(settings: Settings) -> Deliver:
    """Dead letters to their queue."""

    def connect() -> Outlet:
        return DeadLettersQueue(
            settings.dead_letters_queue_url, region=settings.region, endpoint_url=settings.endpoint_url
        )

    return Deliver(connect, "dead_letters")


def _lane(text: str) -> int:
    return zlib.crc32(text.encode()) % LANES

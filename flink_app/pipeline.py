"""The pipeline: source, event time, detection by match, sinks."""

from collections.abc import Callable

from pyflink.common import Configuration, Duration, SimpleStringSchema, Types, WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.kinesis import FlinkKinesisConsumer
from pyflink.datastream.functions import SinkFunction

from flink_app.arrival import RECORD_CHARSET
from flink_app.delivery import Deliver, deliver_letters, deliver_moments, letters_lane, moments_lane
from flink_app.operators import (
    ARRIVAL_TYPE,
    DEAD_LETTERS,
    DetectMoments,
    EventTime,
    ReadArrivals,
)
from flink_app.settings import Settings

BUNDLE_MILLISECONDS = 10
"""How long the JVM gathers records for Python: Flink's default of a second would be the latency."""
BUFFER_MILLISECONDS = 5
NOTHING_LEFT = "org.apache.flink.streaming.api.functions.sink.DiscardingSink"


def environment(settings: Settings) -> StreamExecutionEnvironment:
    """Flink's environment, tuned for latency; a local mini-cluster is configured by the settings."""
    configuration = Configuration()
    configuration.set_string("python.fn-execution.bundle.time", str(BUNDLE_MILLISECONDS))
    configuration.set_string("execution.buffer-timeout.interval", f"{BUFFER_MILLISECONDS} ms")
    for key, value in settings.flink.items():
        configuration.set_string(key, value)
    return StreamExecutionEnvironment.get_execution_environment(configuration)


def signals(flink: StreamExecutionEnvironment, settings: Settings) -> DataStream:
    """The signals stream by the official connector, which also opens the producer library's aggregates."""
    properties = {
        "aws.region": settings.region,
        "flink.stream.initpos": settings.initial_position,
        "flink.shard.getrecords.intervalmillis": str(settings.polling_interval_milliseconds),
    }
    if settings.endpoint_url is not None:
        properties["aws.endpoint"] = settings.endpoint_url
    consumer = FlinkKinesisConsumer(
        settings.signals_stream_name, SimpleStringSchema(RECORD_CHARSET), properties
    )
    return flink.add_source(consumer, "signals").uid("signals")


def build(flink: StreamExecutionEnvironment, settings: Settings) -> None:
    """Connect the operators; their uids tie a checkpoint's state to them."""
    event_time = (
        WatermarkStrategy.for_bounded_out_of_orderness(
            Duration.of_millis(round(settings.allowed_lateness_seconds * 1000))
        )
        .with_timestamp_assigner(EventTime())
        .with_idleness(Duration.of_millis(round(settings.idle_seconds * 1000)))
    )
    read = (
        signals(flink, settings)
        .process(ReadArrivals(), ARRIVAL_TYPE)
        .name("read arrivals")
        .uid("read-arrivals")
    )
    detected = (
        read.assign_timestamps_and_watermarks(event_time)
        .key_by(lambda arrival: arrival[0], Types.STRING())
        .process(DetectMoments(settings), Types.STRING())
        .name("detect moments")
        .uid("detect-moments")
    )
    refused = read.get_side_output(DEAD_LETTERS).union(detected.get_side_output(DEAD_LETTERS))
    _end(detected, moments_lane, deliver_moments(settings), "publish moments")
    _end(refused, letters_lane, deliver_letters(settings), "keep dead letters")


def _end(messages: DataStream, lane: Callable[[str], int], deliver: Deliver, name: str) -> None:
    """Flink runs only what ends in a sink; the work is done in the operator before."""
    uid = name.replace(" ", "-")
    delivered = messages.key_by(lane, Types.INT()).process(deliver, Types.STRING()).name(name).uid(uid)
    delivered.add_sink(SinkFunction(NOTHING_LEFT)).name(f"after {name}").uid(f"after-{uid}")

"""The pipeline: source, event time, detection by match, sinks."""

from collections.abc import Callable

from pyflink.common import Configuration, Duration, SimpleStringSchema, Types, WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.kinesis import FlinkKinesisConsumer
from pyflink.datastream.functions import SinkFunction

from flink_app.batching_sink import (
    BatchingSink,
    dead_letter_partition,
    dead_letters_sink,
    moment_partition,
    moments_sink,
)
from flink_app.operators import (
    DEAD_LETTERS_OUTPUT,
    RECORD_TYPE,
    DetectMoments,
    EventTime,
    RouteRecords,
)
from flink_app.records import RECORD_CHARSET
from flink_app.settings import Settings

EXECUTION_MODE = "python.execution-mode", "thread"
"""Runs Python inside the JVM. Python workers in processes of their own receive records in bundles, which wait
for up to a second before each operator. Managed Flink refuses a program that configures any other key than
https://docs.aws.amazon.com/managed-flink/latest/java/troubleshooting-job-configuration.html allows.
"""
DISCARDING_SINK = "org.apache.flink.streaming.api.functions.sink.DiscardingSink"


def environment() -> StreamExecutionEnvironment:
    """Return Flink's environment; everything else about it is the cluster's configuration."""
    configuration = Configuration()
    configuration.set_string(*EXECUTION_MODE)
    return StreamExecutionEnvironment.get_execution_environment(configuration)


def signals(flink: StreamExecutionEnvironment, settings: Settings) -> DataStream:
    """Read the signals stream by the official connector, which also opens aggregated records."""
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
    routed = (
        signals(flink, settings)
        .process(RouteRecords(), RECORD_TYPE)
        .name("route records")
        .uid("route-records")
    )
    detected = (
        routed.assign_timestamps_and_watermarks(event_time)
        .key_by(lambda record: record[0], Types.STRING())
        .process(DetectMoments(settings), Types.STRING())
        .name("detect moments")
        .uid("detect-moments")
    )
    refused = routed.get_side_output(DEAD_LETTERS_OUTPUT).union(detected.get_side_output(DEAD_LETTERS_OUTPUT))
    _add_sink(detected, moment_partition, moments_sink(settings), "publish moments")
    _add_sink(refused, dead_letter_partition, dead_letters_sink(settings), "send dead letters")


def _add_sink(messages: DataStream, partition: Callable[[str], int], sink: BatchingSink, name: str) -> None:
    """End a stream with a batching sink. Flink runs only streams that end in a sink, so add an empty one."""
    uid = name.replace(" ", "-")
    sent = messages.key_by(partition, Types.INT()).process(sink, Types.STRING()).name(name).uid(uid)
    sent.add_sink(SinkFunction(DISCARDING_SINK)).name(f"after {name}").uid(f"after-{uid}")

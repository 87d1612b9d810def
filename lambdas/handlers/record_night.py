"""Writes the match log: moments from the topic, and the crowd's posts from the stream of signals."""

import base64
from typing import Any

from domain.moment import Moment
from domain.signal import Signal
from domain.validation import read_json
from lambdas.handlers.composition.operators import match_log_recorder
from lambdas.handlers.partial_batch import BatchResponse, Record, process_records
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> BatchResponse:
    """Record each moment and each interval of posts; invalid ones go to the dead-letter queue.

    A notification comes alone, so that its failure fails the function, and SNS delivers it again.
    """
    return process_records(
        event["Records"],
        identify=_identify,
        handle=_record,
        source="night",
        in_order="kinesis" in event["Records"][0],
    )


def _identify(record: Record) -> str:
    return str(record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["Sns"]["MessageId"])


def _record(record: Record) -> None:
    if "kinesis" in record:
        body = read_json(base64.b64decode(record["kinesis"]["data"]))
        match_log_recorder().record_posts(Signal.from_dict(body))
    else:
        match_log_recorder().record_moment(Moment.from_dict(read_json(record["Sns"]["Message"])))

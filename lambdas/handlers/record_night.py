"""The night's record: moments from the topic, and what the crowd says from the stream of signals."""

import base64
from typing import Any

from domain.moment import Moment
from domain.signal import Signal
from domain.validation import read_json
from lambdas.handlers.composition import dead_letters
from lambdas.handlers.control_composition import match_log_recorder
from lambdas.handlers.partial_batch import Answer, Record, process
from lambdas.observability import observed
from lambdas.settings import RecordNightSettings, read_settings


class MatchLogIncompleteError(Exception):
    """A notification could not be kept; raised, because a topic delivers again after an error alone."""


@observed
def handler(event: dict[str, Any], _context: object) -> Answer:
    """Keep each moment and each interval of posts; what cannot be read is set aside."""
    answer = process(
        event["Records"],
        identify=_identify,
        handle=_keep,
        source="night",
        dead_letters=lambda: dead_letters(read_settings(RecordNightSettings).dead_letters_queue_url),
        in_order="kinesis" in event["Records"][0],
    )
    if "Sns" in event["Records"][0] and answer["batchItemFailures"]:
        raise MatchLogIncompleteError
    return answer


def _identify(record: Record) -> str:
    return str(record["kinesis"]["sequenceNumber"] if "kinesis" in record else record["Sns"]["MessageId"])


def _keep(record: Record) -> None:
    if "kinesis" in record:
        match_log_recorder().record_posts(
            Signal.from_dict(read_json(base64.b64decode(record["kinesis"]["data"])))
        )
    else:
        match_log_recorder().record_moment(Moment.from_dict(read_json(record["Sns"]["Message"])))

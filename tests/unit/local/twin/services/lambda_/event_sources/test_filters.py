"""Event source mappings filter records by their patterns."""

import base64
import json

from local.twin.services.lambda_.event_sources.filters import passes

CHANGE = {"eventName": "MODIFY"}


def test_every_record_passes_without_patterns_and_one_matching_pattern_is_enough() -> None:
    assert passes(CHANGE, [])
    assert passes(CHANGE, [{"eventName": ["REMOVE"]}, {"eventName": ["MODIFY"]}])
    assert not passes(CHANGE, [{"eventName": ["REMOVE"]}])


def test_payloads_are_decoded_before_they_are_matched() -> None:
    data = base64.b64encode(json.dumps({"kind": "posts"}).encode()).decode()

    assert passes({"kinesis": {"data": data}}, [{"data": {"kind": ["posts"]}}])
    assert passes({"body": json.dumps({"kind": "posts"})}, [{"body": {"kind": ["posts"]}}])
    assert not passes({"body": "not JSON"}, [{"body": {"kind": ["posts"]}}])

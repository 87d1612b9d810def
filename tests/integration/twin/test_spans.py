"""The twin writes when functions were invoked and what they called, if it is asked to."""

import json
from pathlib import Path

import pytest

from local.twin.provision.assembly import Assembly
from local.twin.server import TwinServer
from tests.integration.twin import small_system

pytestmark = pytest.mark.twin


async def test_a_functions_call_of_a_service_is_a_span_within_its_invocation(tmp_path: Path) -> None:
    assembly, path = small_system.write(tmp_path / "cdk.out"), tmp_path / "spans.jsonl"
    server = await TwinServer.start(Assembly.read(assembly), spans=path)
    try:
        outcome = await server.functions.invoke("on_change", json.dumps(CHANGE).encode())
        assert outcome.function_error is None, outcome.payload
    finally:
        await server.stop()

    spans = [json.loads(line) for line in path.read_text().splitlines()]
    (invoked,) = [span for span in spans if span["environment"] == outcome.environment][-1:]
    (sent,) = [
        span
        for span in spans
        if span["name"] == "sqs:SendMessage" and span["environment"] == outcome.environment
    ]
    assert invoked["kind"] == "invocation"
    assert invoked["queued"] <= invoked["started"] <= sent["started"] <= sent["ended"] <= invoked["ended"]


CHANGE = {"Records": [{"dynamodb": {"Keys": {"pk": {"S": "in#1"}}}}]}

"""After a match a viewer is exported and erased: nothing names the viewer any more, and training works."""

import asyncio
import base64
import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pyarrow.parquet as pq
import pytest

from domain.audit import OPERATORS_GROUP
from domain.cohort import Cohort, ViewerTraits
from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from domain.preparation_task import PreparationTask
from local.account.rollback.parameters import serving_parameter
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.operator_accounts import enrol_operators
from local.play.replay.persona import Persona
from local.play.replay.persona_app import PersonaApp
from local.twin.endpoints import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from paths import ROOT
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match

pytestmark = [
    pytest.mark.twin,
    pytest.mark.filterwarnings("default:Sending a large body:ResourceWarning"),
]
MATCH_ID = "erasure"
ERASED, OTHER = "erase-me-7f3a", "keep-me-7f3a"
COHORT = Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="free")
TABLES = ("Connections", "Matches", "Night", "Audit", "Components", "Constraints")
BUCKETS = ("Raw", "Curated", "Decisions", "Media", "Privacy")


async def test_a_viewer_is_exported_and_erased_from_every_store_and_training_works(rig: Rig) -> None:
    # GIVEN a match and a training of which two viewers have left traces in every store
    await _play(rig)
    await asyncio.to_thread(_leave_traces, rig)
    before = await asyncio.to_thread(_stores_that_name, rig, ERASED)
    assert before >= {
        "Connections",
        "Audit",
        "Raw",
        "Decisions",
        "Curated",
        "queues",
        "personalize",
        "Privacy",
    }
    # WHEN the viewer asks for a copy
    copy = await asyncio.to_thread(_run, rig, "export")
    # THEN it has what each store holds, of this viewer only
    assert copy["records"].keys() >= {"connections", "audit", "clickstream", "decisions", "datasets"}
    assert any(name.startswith("dead-letters/") for name in copy["records"])
    assert OTHER not in json.dumps(copy)
    assert await asyncio.to_thread(_stores_that_name, rig, ERASED) == before
    # AND WHEN the viewer is erased
    report = await asyncio.to_thread(_run, rig, "erase", "--settle-seconds", "0")
    # THEN the report has what was found, nothing names the viewer, and the other viewer's data is all there
    assert report["stores"]["clickstream"]["records"] == len(copy["records"]["clickstream"])
    assert report["stores"]["personalize"]["records"] > 0
    assert report["stores"]["earlier-requests"]["files"] == 2
    assert report["agesOut"]["interactions-stream"]["hours"] == 24
    assert ERASED not in json.dumps(report)
    assert await asyncio.to_thread(_stores_that_name, rig, ERASED) == set()
    assert await asyncio.to_thread(_stores_that_name, rig, OTHER) >= before - {"Audit"}
    # AND an upload that brings the viewer back is left out of the next training, which imports everything
    await asyncio.to_thread(_upload_history, rig, "late", [ERASED])
    await asyncio.to_thread(rig.run_training, importMode="INCREMENTAL")
    assert await asyncio.to_thread(_stores_that_name, rig, ERASED) == {"Raw"}
    assert OTHER in await asyncio.to_thread(_users, rig)


async def _play(rig: Rig) -> None:
    """Watch a match as both viewers, who click, and operate it as one of them."""
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(rig.feed())
        await feed.announce(a_match(MATCH_ID))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        apps = [_app(rig, http, viewer_id) for viewer_id in (ERASED, OTHER)]
        for app in apps:
            await app.subscribe(MATCH_ID)
            screen = app.messages[0]
            await app.report_interactions(screen, [screen["placements"][0]["componentId"]])
        group = rig.twin.output("DatasetGroupArn")
        await eventually(lambda: rig.twin.personalize.user_ids(group) >= {ERASED, OTHER}, "the event tracker")
        operator = ViewerTraits(viewer_id=ERASED, cohort=COHORT)
        minter = enrol_operators(rig.twin.client("cognito-idp"), rig.outputs, [ERASED])
        token = minter.id_token(operator, groups=(OPERATORS_GROUP,))
        async with http.ws_connect(rig.outputs.web_socket_url, protocols=("touchline.v1", token)) as socket:
            command = {"action": "operate", "requestId": "1", "matchId": MATCH_ID, "command": "hold"}
            await socket.send_json({**command, "reason": "a test"})
            answer = await socket.receive_json(timeout=30)
            assert answer["type"] == "ack", answer
        _copy_rows(rig)
        for app in apps:
            await app.close()


def _copy_rows(rig: Rig) -> None:
    """Keep the rows of the open connections, which the apps delete when they close."""
    dynamodb, table = rig.twin.client("dynamodb"), rig.twin.output("ConnectionsTableName")
    for row in dynamodb.scan(TableName=table)["Items"]:
        if row.get("viewer_id", {}).get("S") in (ERASED, OTHER):
            copied = {"sk": {"S": f"{row['sk']['S']}-kept"}, "pk": {"S": f"{row['pk']['S']}-kept"}}
            dynamodb.put_item(TableName=table, Item={**row, **copied})


def _leave_traces(rig: Rig) -> None:
    """Leave a history in the clickstream and the datasets, and records that could not be processed."""
    _upload_history(rig, "crowd", [f"crowd-{number}" for number in range(60)])
    _upload_history(rig, "early", [ERASED, OTHER])
    _forget_version_in_service(rig)
    rig.run_training(importMode="FULL")
    sqs, url = rig.twin.client("sqs"), rig.twin.output("DeadLettersQueueUrl")
    for viewer_id in (ERASED, OTHER):
        record = json.dumps({"viewer_id": viewer_id, "type": "nonsense"}).encode()
        letter = {"source": "interactions", "reason": "invalid", "payload": base64.b64encode(record).decode()}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(letter))
        refused = {"rawData": base64.b64encode(record).decode(), "errorMessage": "no match_id"}
        key = f"errors/interactions/metadata-extraction-failed/{viewer_id[0]}"
        bucket = rig.twin.output("RawBucketName")
        rig.twin.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(refused).encode())
        earlier = f"requests/earlier-{viewer_id}"
        request = {"viewerId": viewer_id, "purpose": "export", "requestedAt": "2026-06-11T19:00:00Z"}
        for name, copied in (("request.json", request), ("found/clickstream/a.jsonl", {"record": viewer_id})):
            rig.twin.client("s3").put_object(
                Bucket=rig.twin.output("PrivacyBucketName"),
                Key=f"{earlier}/{name}",
                Body=json.dumps(copied).encode(),
            )
        decision = {"match_id": MATCH_ID, "version": 1, "viewer_id": viewer_id, "rung": "viewer"}
        rig.twin.client("firehose").put_record(
            DeliveryStreamName=rig.twin.output("DecisionsStreamName"),
            Record={"Data": json.dumps(decision).encode()},
        )
    task = PreparationTask(match_id=MATCH_ID, cohorts=(COHORT,), viewer_ids=(OTHER, ERASED)).to_dict()
    letters = {"source": "preparation", "reason": "the match is over", "payload": json.dumps(task)}
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(letters))
    rig.twin.flush_firehose()


def _forget_version_in_service(rig: Rig) -> None:
    """Let the next training publish its version, whatever metric it learns from these few viewers."""
    rig.twin.client("ssm").delete_parameters(Names=[serving_parameter("development")])


def _upload_history(rig: Rig, name: str, viewer_ids: Sequence[str]) -> None:
    """Upload what viewers saw and clicked yesterday."""
    at = datetime.now(tz=UTC) - timedelta(days=1)
    lines = [
        json.dumps(_act(kind, viewer_id, number, at + timedelta(minutes=number, seconds=seconds)))
        for viewer_id in viewer_ids
        for number in range(40)
        for kind, seconds in ((InteractionType.IMPRESSION, 0), (InteractionType.CLICK, 5))
        if kind is InteractionType.IMPRESSION or number % 2
    ]
    key = f"interactions/date={at:%Y-%m-%d}/match_id={MATCH_ID}/{name}.json.gz"
    rig.twin.client("s3").put_object(
        Bucket=rig.twin.output("RawBucketName"), Key=key, Body=gzip.compress("\n".join(lines).encode())
    )


def _act(kind: InteractionType, viewer_id: str, number: int, at: datetime) -> dict[str, Any]:
    return RecordedInteraction(
        interaction=Interaction(
            type=kind,
            component_id=("quiz-rules", "poll-man-of-the-match")[number % 3 > 0],
            slot=Slot.OVERLAY,
            version=number,
            occurred_at=at,
        ),
        match_id=MATCH_ID,
        viewer_id=viewer_id,
        cohort_key=COHORT.key,
        session_id=f"session-{number // 20}",
        columns={},
        received_at=at,
    ).to_dict()


def _run(rig: Rig, command: str, *options: str) -> dict[str, Any]:
    """Run the command as support does, and return what it prints."""
    arguments = [sys.executable, "-m", "local", command, "--viewer", ERASED, "--poll-seconds", "1", *options]
    arguments += ["--endpoint-url", rig.twin.edge_url, "--region", rig.twin.region]
    credentials = {"AWS_ACCESS_KEY_ID": ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}
    done = subprocess.run(
        arguments, cwd=ROOT, env={**os.environ, **credentials}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def _stores_that_name(rig: Rig, viewer_id: str) -> set[str]:
    """Search every row, object, message and event for the id, without the code of the product."""
    rig.twin.flush_firehose()
    return {name for name, text in _stored(rig) if viewer_id in text}


def _stored(rig: Rig) -> Iterator[tuple[str, str]]:
    dynamodb, s3 = rig.twin.client("dynamodb"), rig.twin.client("s3")
    for table in TABLES:
        for page in dynamodb.get_paginator("scan").paginate(TableName=rig.twin.output(f"{table}TableName")):
            yield table, json.dumps(page["Items"])
    for bucket in BUCKETS:
        name = rig.twin.output(f"{bucket}BucketName")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for version in page.get("Versions", []):
                body = s3.get_object(Bucket=name, Key=version["Key"])["Body"].read()
                yield bucket, version["Key"] + _decoded(version["Key"], body)
    yield from (("queues", _with_decoded(message)) for message in _messages(rig))
    group = rig.twin.output("DatasetGroupArn")
    yield "personalize", " ".join(rig.twin.personalize.user_ids(group))


def _decoded(key: str, body: bytes) -> str:
    if key.endswith(".parquet"):
        return str(pq.read_table(io.BytesIO(body)).to_pylist())
    text = (gzip.decompress(body) if key.endswith(".gz") else body).decode(errors="replace")
    return _with_decoded(text) if key.startswith("errors/") else text


def _with_decoded(text: str) -> str:
    """Return the text with what its fields hold in base64."""
    parts = [text]
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            fields = json.loads(line)
            for value in fields.values() if isinstance(fields, dict) else ():
                with contextlib.suppress(ValueError):
                    parts.append(base64.b64decode(str(value), validate=True).decode(errors="replace"))
    return "\n".join(parts)


def _messages(rig: Rig) -> Iterator[str]:
    """Yield every message of every queue, and leave it there."""
    sqs = rig.twin.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        received = []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            received += found
        for message in received:
            sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
            yield message["Body"]


def _users(rig: Rig) -> str:
    s3, bucket = rig.twin.client("s3"), rig.twin.output("CuratedBucketName")
    content: bytes = s3.get_object(Bucket=bucket, Key="datasets/users/part-00000.csv")["Body"].read()
    return content.decode()


def _app(rig: Rig, http: aiohttp.ClientSession, viewer_id: str) -> PersonaApp:
    traits = ViewerTraits(viewer_id=viewer_id, cohort=COHORT)
    return PersonaApp(
        http=http,
        delivery=rig.outputs.delivery,
        token=rig.minter.id_token(traits),
        persona=Persona(name=viewer_id, traits=traits),
        log=DeliveryLog(),
        number=0,
    )

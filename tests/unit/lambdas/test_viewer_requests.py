"""A viewer's rows, messages and account are found, exported and erased; those of others stay."""

import base64
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from domain.audit import AuditEntry, Operator, Outcome
from domain.dead_letter import DeadLetter
from domain.errors import InvalidFieldError
from domain.preparation_task import PreparationTask
from domain.tombstone import viewer_hash
from lambdas.adapters.dynamo_audit import DynamoAuditLog
from lambdas.handlers import serve_viewer_request
from tests.support.amended_matches import EXAMPLES_VARIABLE
from tests.support.aws import REGION, messages, session
from tests.support.odd_values import changed

VIEWER, OTHER = "fan-1", "fan-10"
RUN = "run-1"
PERSONALIZE_RECORDS = 7


class Context:
    """An invocation's context with this much time left."""

    def __init__(self, remaining_ms: int = 900_000) -> None:
        self._remaining_ms = remaining_ms
        self.function_name = "serve_viewer_request"
        self.memory_limit_in_mb = 1024
        self.invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:serve"
        self.aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


def call(step: str, context: Context | None = None, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = serve_viewer_request.handler(
        {"step": step, "run": RUN, **fields}, context or Context()
    )
    return answer


def aws(service: str) -> Any:
    return session().client(service, REGION)


@pytest.fixture
def stores(resources: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every store, with traces of the viewer and of another."""
    s3, cognito, dynamodb = aws("s3"), aws("cognito-idp"), aws("dynamodb")
    s3.create_bucket(Bucket="privacy", CreateBucketConfiguration={"LocationConstraint": REGION})
    pool = cognito.create_user_pool(PoolName="viewers")["UserPool"]["Id"]
    for name, value in {
        "PRIVACY_BUCKET_NAME": "privacy",
        "USER_POOL_ID": pool,
        "DEAD_LETTER_QUEUES": f"DeadLetters={resources['DEAD_LETTERS_QUEUE_URL']}",
        "AGES_OUT": "interactions-stream=168 tombstone=11280",
    }.items():
        monkeypatch.setenv(name, value)
    audit = DynamoAuditLog(dynamodb, "audit", retention_days=400)
    for viewer in (VIEWER, OTHER):
        cognito.admin_create_user(UserPoolId=pool, Username=viewer)
        for row in (
            {"pk": {"S": f"VIEWER#{viewer}#final"}, "sk": {"S": "EXPOSURES"}},
            {"pk": {"S": "MATCH#final#1"}, "sk": {"S": f"c-{viewer}"}, "viewer_id": {"S": viewer}},
            {"pk": {"S": f"RECOMMENDATION#final#ALL#viewer:{viewer}"}, "sk": {"S": "RECOMMENDATION"}},
        ):
            dynamodb.put_item(TableName="connections", Item=row)
        audit.add_line(
            AuditEntry(
                match_id="final",
                request_id="1",
                who=Operator(id=viewer, name=f"{viewer}@example.com"),
                what={"command": "hold"},
                why="a delay",
                at=datetime(2026, 6, 11, tzinfo=UTC),
                outcome=Outcome.DONE,
            )
        )
        payload = base64.b64encode(json.dumps({"viewer_id": viewer}).encode()).decode()
        aws("sqs").send_message(
            QueueUrl=resources["DEAD_LETTERS_QUEUE_URL"],
            MessageBody=json.dumps({"source": "interactions", "payload": payload}),
        )
    return {**resources, "pool": pool}


def serve(purpose: str, **options: Any) -> dict[str, Any]:
    call("begin", input={"viewerId": VIEWER, "purpose": purpose, **options})
    assert call("search") == {"done": True}
    aws("s3").put_object(
        Bucket="privacy", Key=f"requests/{RUN}/objects.json", Body=b'{"clickstream": {"records": 3}}'
    )
    if purpose == "erase":
        return call("finish", deleted=PERSONALIZE_RECORDS)
    return call("finish")


def rows(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws("dynamodb").scan(TableName=table)["Items"]
    return found


def keys() -> set[str]:
    return {found["Key"] for found in aws("s3").list_objects_v2(Bucket="privacy").get("Contents", [])}


def users(pool: str) -> set[str]:
    return {user["Username"] for user in aws("cognito-idp").list_users(UserPoolId=pool)["Users"]}


def test_an_erasure_deletes_the_viewers_rows_and_messages_and_keeps_those_of_others(
    stores: dict[str, str],
) -> None:
    # WHEN a viewer is erased
    report = serve("erase")
    # THEN the connections name the other viewer only
    connections = json.dumps(rows("connections"))
    assert f"VIEWER#{OTHER}#final" in connections
    assert f'"{VIEWER}"' not in connections
    assert f"{VIEWER}#" not in connections
    assert len(rows("connections")) == 3
    # AND the audit log has both lines, one with a pseudonym
    lines = [json.loads(row["audit"]["S"]) for row in rows("audit")]
    assert sorted(line["operatorId"] for line in lines) == [f"erased-{viewer_hash(VIEWER)[:16]}", OTHER]
    assert [line["why"] for line in lines] == ["a delay", "a delay"]
    assert f"{VIEWER}@" not in json.dumps(rows("audit"))
    # AND the other's dead letter can be received again at once
    (letter,) = messages(stores["DEAD_LETTERS_QUEUE_URL"])
    assert json.loads(base64.b64decode(letter["payload"])) == {"viewer_id": OTHER}
    # AND the account stays, because the request did not ask for its deletion
    assert users(stores["pool"]) == {VIEWER, OTHER}
    # AND the report counts what was found, without the id, and only the tombstone is left of the request
    assert report["stores"] == {
        "connections": {"records": 3},
        "audit": {"records": 1},
        "dead-letters/DeadLetters": {"records": 1},
        "account": {"records": 0},
        "clickstream": {"records": 3},
        "personalize": {"records": PERSONALIZE_RECORDS},
        "earlier-requests": {"files": 0},
    }
    assert report["agesOut"]["interactions-stream"]["hours"] == 168
    assert VIEWER not in json.dumps(report)
    assert keys() == {f"erased/{viewer_hash(VIEWER)}.json"}
    # AND a second erasure finds nothing
    again = serve("erase")["stores"].values()
    assert sum(store.get("records", 0) for store in again) == 3 + PERSONALIZE_RECORDS


def test_an_account_is_deleted_only_if_asked(stores: dict[str, str]) -> None:
    report = serve("erase", deleteAccount=True)
    assert report["stores"]["account"] == {"records": 1}
    assert users(stores["pool"]) == {OTHER}
    # AND a viewer of an external issuer has none
    assert serve("erase", deleteAccount=True)["stores"]["account"] == {"records": 0}


def test_an_export_copies_everything_and_changes_nothing(stores: dict[str, str]) -> None:
    before = {table: rows(table) for table in ("connections", "audit")}
    report = serve("export")
    assert {name: store["records"] for name, store in report["stores"].items() if store["records"]} == {
        "connections": 3,
        "audit": 1,
        "dead-letters/DeadLetters": 1,
        "account": 1,
        "clickstream": 3,
    }
    assert {table: rows(table) for table in before} == before
    assert len(messages(stores["DEAD_LETTERS_QUEUE_URL"])) == 2
    # AND the folder has the request and the copies, no list of users, and there is no tombstone
    assert {key.split("/")[2] for key in keys()} == {"request.json", "found"}
    found = aws("s3").get_object(Bucket="privacy", Key=f"requests/{RUN}/found/connections/000000.jsonl")
    copied = [json.loads(line) for line in found["Body"].read().splitlines()]
    assert {"pk": f"VIEWER#{VIEWER}#final", "sk": "EXPOSURES"} in [each["record"] for each in copied]


@pytest.mark.usefixtures("stores")
def test_an_erasure_deletes_the_files_of_the_viewers_earlier_requests() -> None:
    # GIVEN an export that support has started, a run that has failed, and another viewer's export
    for run, given_ in (
        ("export-1", {"viewerId": VIEWER, "purpose": "export"}),
        ("failed-1", {"viewerId": VIEWER, "purpose": "erase"}),
        ("export-2", {"viewerId": OTHER, "purpose": "export"}),
    ):
        serve_viewer_request.handler({"step": "begin", "run": run, "input": given_}, Context())
        aws("s3").put_object(Bucket="privacy", Key=f"requests/{run}/found/audit/000000.jsonl", Body=b"{}")
    aws("s3").put_object(Bucket="privacy", Key="requests/without-request/found/a.jsonl", Body=b"{}")
    of_other = {key for key in keys() if "/export-2/" in key or "/without-request/" in key}
    # AND a request that came later
    call("begin", input={"viewerId": VIEWER, "purpose": "erase"})
    later = {"viewerId": VIEWER, "purpose": "export"}
    serve_viewer_request.handler({"step": "begin", "run": "export-3", "input": later}, Context())
    of_later = {key for key in keys() if "/export-3/" in key}
    # WHEN the viewer is erased
    assert call("search") == {"done": True}
    aws("s3").put_object(Bucket="privacy", Key=f"requests/{RUN}/objects.json", Body=b"{}")
    report = call("finish", deleted=0)
    # THEN the viewer's earlier requests have no files any more, and the others have all of theirs
    assert keys() == {*of_other, *of_later, f"erased/{viewer_hash(VIEWER)}.json"}
    assert report["stores"]["earlier-requests"] == {"files": 8}


def test_a_copy_of_a_message_names_nobody_else(stores: dict[str, str]) -> None:
    # GIVEN a task that prepares rankings of several viewers, as it is and in a dead letter
    task = json.dumps(PreparationTask(match_id="final", cohorts=(), viewer_ids=(OTHER, VIEWER)).to_dict())
    for body in (task, DeadLetter(source="tasks", reason="", payload=task).to_json(datetime.now(UTC))):
        aws("sqs").send_message(QueueUrl=stores["DEAD_LETTERS_QUEUE_URL"], MessageBody=body)
    # WHEN one of them asks for a copy
    serve("export")
    # THEN the copies name this viewer alone
    (key,) = [key for key in keys() if "/found/dead-letters/" in key]
    copied = aws("s3").get_object(Bucket="privacy", Key=key)["Body"].read().decode()
    assert len(copied.splitlines()) == 3
    assert OTHER not in copied
    # AND the queue has the messages as they were
    assert len(messages(stores["DEAD_LETTERS_QUEUE_URL"])) == 4


@pytest.mark.usefixtures("stores")
def test_a_search_without_time_continues_where_it_stopped() -> None:
    call("begin", input={"viewerId": VIEWER, "purpose": "erase"})
    assert call("search", Context(remaining_ms=1_000)) == {"done": False}
    assert len(rows("connections")) == 6
    assert call("search") == {"done": True}
    assert len(rows("connections")) == 3


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"purpose": "erase"}, "viewerId"),
        ({"viewerId": "", "purpose": "erase"}, "viewerId"),
        ({"viewerId": "v" * 257, "purpose": "erase"}, "viewerId"),
        ({"viewerId": "cohort:Italy|||", "purpose": "erase"}, "viewerId"),
        ({"viewerId": VIEWER, "purpose": "forget"}, "purpose"),
        ({"viewerId": VIEWER, "purpose": "erase", "deleteAccount": "yes"}, "deleteAccount"),
    ],
)
@pytest.mark.usefixtures("stores")
def test_an_invalid_request_changes_nothing(request_: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldError, match=field):
        call("begin", input=request_)
    assert keys() == set()


@settings(
    max_examples=int(os.environ.get(EXAMPLES_VARIABLE, "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(request_=changed({"viewerId": VIEWER, "purpose": "erase", "deleteAccount": False}))
@pytest.mark.usefixtures("stores")
def test_any_request_begins_or_is_refused(request_: Any) -> None:
    with suppress(InvalidFieldError):
        call("begin", input=request_)

"""What the synthesized policies do not allow is refused as AWS refuses it, and recorded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.twin.twin import Twin
from tests.support.small_assembly import SmallAssembly, lambda_function, role
from tests.support.waiting import eventually

pytestmark = pytest.mark.twin

CODE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    client = boto3.client(event["service"])
    try:
        getattr(client, event["operation"])(**event["parameters"])
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    return {"code": "allowed"}
"""


def arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


OBJECTS = {"Fn::Join": ["", [arn("Bucket"), "/in/*"]]}
PUT = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": arn("Table")}
SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn("Queue")}
OBJECT = {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": OBJECTS}
GRANTS = [PUT, SEND, OBJECT]
"""The role may put items, send to one queue, and read and write the objects under `in/`."""


def template(code: dict[str, str], grants: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a stack whose role has these grants."""
    start = {
        "StartAt": "Send",
        "States": {
            "Send": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": "${url}", "MessageBody": "m"},
                "End": True,
            }
        },
    }

    def machine(queue: str) -> dict[str, Any]:
        properties = {
            "RoleArn": arn("Role"),
            "DefinitionString": json.dumps(start),
            "DefinitionSubstitutions": {"url": {"Ref": queue}},
        }
        return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}

    table = {
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "Replicas": [{"Region": {"Ref": "AWS::Region"}}],
    }
    pattern = {"source": ["test"]}
    rule = {"EventPattern": pattern, "Targets": [{"Id": "t", "Arn": arn("Caller")}]}
    copies = {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": arn("Other")}
    resources = {
        "Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": table},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Other": {"Type": "AWS::SQS::Queue"},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Copied": {"Type": "AWS::SNS::Subscription", "Properties": copies},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Role": role("lambda.amazonaws.com", "states.amazonaws.com", statements=grants),
        "Caller": lambda_function(code, "caller.handler", FunctionName="caller"),
        "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        "Sends": machine("Queue"),
        "SendsElsewhere": machine("Other"),
    }
    outputs = {
        name: {"Value": {"Ref": name}}
        for name in ("Table", "Queue", "Other", "Topic", "Bucket", "Sends", "SendsElsewhere")
    }
    return {"Resources": resources, "Outputs": outputs}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    with Twin.start(assembly(tmp_path_factory.mktemp("strict"), GRANTS)) as running:
        yield running


def assembly(directory: Path, grants: list[dict[str, Any]]) -> Path:
    """Write an assembly with the stack, and return its directory."""
    written = SmallAssembly(directory / "cdk.out")
    written.stack("strict", template(written.asset({"caller.py": CODE}), grants))
    return written.write()


def call(twin: Twin, service: str, operation: str, **parameters: Any) -> dict[str, str]:
    """Call an operation from the function, and return the code and the message of its error."""
    event = {"service": service, "operation": operation, "parameters": parameters}
    answer = twin.client("lambda").invoke(FunctionName="caller", Payload=json.dumps(event))
    found: dict[str, str] = json.loads(answer["Payload"].read())
    return found


def refused(twin: Twin, action: str, caller: str = "") -> list[dict[str, Any]]:
    return [
        each
        for each in twin.permissions()["refused"]
        if each["action"] == action and caller in each["caller"]
    ]


def test_a_function_may_do_what_its_role_allows_and_nothing_else(strict: Twin) -> None:
    table = strict.output("Table")

    put = call(strict, "dynamodb", "put_item", TableName=table, Item={"pk": {"S": "a"}})
    got = call(strict, "dynamodb", "get_item", TableName=table, Key={"pk": {"S": "a"}})

    assert put["code"] == "allowed"
    assert got["code"] == "AccessDeniedException"
    assert (
        f"not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:{strict.region}:"
        in (got["message"])
    )
    assert refused(strict, "dynamodb:GetItem")[0]["count"] == 1


def test_each_service_refuses_in_its_own_way(strict: Twin) -> None:
    bucket = strict.output("Bucket")
    sent = call(strict, "sqs", "send_message", QueueUrl=strict.output("Queue"), MessageBody="m")
    elsewhere = call(strict, "sqs", "send_message", QueueUrl=strict.output("Other"), MessageBody="m")
    outside = call(strict, "s3", "get_object", Bucket=bucket, Key="out/a")
    published = call(strict, "sns", "publish", TopicArn=strict.output("Topic"), Message="m")

    assert sent["code"] == "allowed"
    assert elsewhere["code"] == "AccessDenied"
    assert outside["code"] == "AccessDenied"
    assert published["code"] == "AuthorizationError"


def test_a_missing_object_is_hidden_from_who_may_not_list_the_bucket(strict: Twin) -> None:
    bucket = strict.output("Bucket")
    strict.client("s3").put_object(Bucket=bucket, Key="in/there", Body=b"")

    there = call(strict, "s3", "get_object", Bucket=bucket, Key="in/there")
    missing = call(strict, "s3", "get_object", Bucket=bucket, Key="in/missing")

    assert there["code"] == "allowed"
    assert missing["code"] == "AccessDenied"
    assert "s3:ListBucket" in missing["message"]


def test_the_tasks_of_a_state_machine_have_the_permissions_of_its_role(strict: Twin) -> None:
    states = strict.client("stepfunctions")

    def outcome(output: str) -> dict[str, Any]:
        started = states.start_execution(stateMachineArn=strict.output(output))["executionArn"]
        eventually(
            lambda: states.describe_execution(executionArn=started)["status"] != "RUNNING", "the execution"
        )
        described: dict[str, Any] = states.describe_execution(executionArn=started)
        return described

    assert outcome("Sends")["status"] == "SUCCEEDED"
    failed = outcome("SendsElsewhere")
    assert failed["status"] == "FAILED"
    assert "not authorized to perform: sqs:SendMessage" in failed["cause"]


def test_a_rule_invokes_a_function_only_if_the_functions_policy_allows_it(strict: Twin) -> None:
    strict.client("events").put_events(Entries=[{"Source": "test", "DetailType": "d", "Detail": "{}"}])

    found = eventually(
        lambda: refused(strict, "lambda:InvokeFunction", "events.amazonaws.com"), "the refusal"
    )
    assert found[0]["reason"] == ("because no resource-based policy allows the lambda:InvokeFunction action")


def test_a_topic_delivers_to_a_queue_only_if_the_queues_policy_allows_it(strict: Twin) -> None:
    strict.client("sns").publish(TopicArn=strict.output("Topic"), Message="m")

    eventually(lambda: refused(strict, "sqs:SendMessage", "sns.amazonaws.com"), "the refusal")
    received = strict.client("sqs").receive_message(QueueUrl=strict.output("Other"))
    assert "Messages" not in received


def test_the_report_counts_the_uses_of_each_statement(strict: Twin) -> None:
    call(strict, "sqs", "send_message", QueueUrl=strict.output("Queue"), MessageBody="m")

    statements = {each["id"]: each for each in strict.permissions()["statements"]}
    assert statements["strict/Role/Own/1"]["used"]["sqs:SendMessage"] >= 1
    assert statements["strict/Role/Own/1"]["actions"] == ["sqs:SendMessage"]


def test_a_grant_is_reported_as_needed_if_a_twin_without_it_refuses_a_call(
    strict: Twin, tmp_path: Path
) -> None:
    # GIVEN calls that need two of three grants
    def outcomes(twin: Twin) -> list[str]:
        put = call(twin, "dynamodb", "put_item", TableName=twin.output("Table"), Item={"pk": {"S": "a"}})
        sent = call(twin, "sqs", "send_message", QueueUrl=twin.output("Queue"), MessageBody="m")
        return [put["code"], sent["code"]]

    assert outcomes(strict) == ["allowed", "allowed"]
    unneeded = {each["id"]: each["unneeded"] for each in strict.permissions()["statements"]}
    assert unneeded["strict/Role/Own/0"] == unneeded["strict/Role/Own/1"] == []
    assert "s3:PutObject" in unneeded["strict/Role/Own/2"]
    # WHEN a twin lacks one that is needed, and one that is not
    with Twin.start(assembly(tmp_path, [PUT, {**OBJECT, "Action": "s3:Get*"}])) as mutant:
        # THEN it refuses the call that needs the first, and no other
        assert outcomes(mutant) == ["allowed", "AccessDenied"]


def test_a_developer_is_the_accounts_administrator(strict: Twin) -> None:
    before = refused(strict, "dynamodb:GetItem")

    key = {"pk": {"S": "a"}}
    strict.client("dynamodb").get_item(TableName=strict.output("Table"), Key=key)

    assert refused(strict, "dynamodb:GetItem") == before

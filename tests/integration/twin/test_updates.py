"""A running twin takes changed stacks: services see the change, and what runs goes on."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from local.twin.provision.changes import Action, Change
from local.twin.provision.errors import StackRolledBackError
from local.twin.twin import Twin
from tests.support.small_assembly import SmallAssembly, lambda_function, permission, queue_policy, role
from tests.support.waiting import eventually

pytestmark = pytest.mark.twin
CODE = """
import base64, os
import boto3

def record(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
    for each in event["Records"]:
        key = base64.b64decode(each["kinesis"]["data"]).decode()
        table.update_item(
            Key={"pk": key},
            UpdateExpression="ADD times :one SET reader = :reader",
            ExpressionAttributeValues={":one": 1, ":reader": os.environ["RELEASE"]},
        )

def answer(event, context):
    return {"statusCode": 200, "body": os.environ["RELEASE"]}
"""
Resources = dict[str, Any]


class Stack:
    """One stack that is deployed to the twin again and again."""

    def __init__(self, twin: Twin, directory: Path, name: str) -> None:
        self._twin = twin
        self._directory = directory
        self._name = name
        self._deployments = 0

    def deploy(self, resources: Resources, **outputs: Any) -> dict[str, Change]:
        """Deploy a template over the present one, and return what changed by logical id."""
        self._deployments += 1
        assembly = SmallAssembly(self._directory / str(self._deployments))
        code = assembly.asset({"code.py": CODE})
        placed = json.loads(json.dumps(resources).replace('"the code"', json.dumps(code)))
        template = {"Resources": placed, "Outputs": {key: {"Value": value} for key, value in outputs.items()}}
        assembly.stack(self._name, template)
        return {change.logical_id: change for change in self._twin.update(assembly.write())}

    def output(self, name: str) -> str:
        """Return an output of the stack."""
        return self._twin.outputs[self._name][name]


@pytest.fixture
def stack(twin: Twin, tmp_path: Path, request: pytest.FixtureRequest) -> Stack:
    return Stack(twin, tmp_path, request.node.originalname.replace("_", "-")[:30])


def arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def ref(name: str) -> dict[str, Any]:
    return {"Ref": name}


def of(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def function(handler: str, release: str, **variables: Any) -> dict[str, Any]:
    """Return a function of the stack's code with the name of its release."""
    environment = {"Variables": {"RELEASE": release, **variables}}
    declared = lambda_function({}, handler, Environment=environment)
    declared["Properties"]["Code"] = "the code"
    return declared


def test_records_of_a_stream_are_processed_through_an_update(twin: Twin, stack: Stack) -> None:
    # GIVEN a function that reads a stream
    def release(name: str, batch_size: int) -> Resources:
        table = {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        }
        mapping = {"FunctionName": ref("Reader"), "EventSourceArn": arn("Stream"), "BatchSize": batch_size}
        return {
            "Role": role("lambda.amazonaws.com"),
            "Table": of("AWS::DynamoDB::Table", **table),
            "Stream": of("AWS::Kinesis::Stream", ShardCount=2),
            "Reader": function("code.record", name, TABLE_NAME=ref("Table")),
            "Mapping": of("AWS::Lambda::EventSourceMapping", StartingPosition="LATEST", **mapping),
        }

    outputs = {"Stream": ref("Stream"), "Table": ref("Table")}
    stack.deploy(release("first", 10), **outputs)
    kinesis, table_name = twin.client("kinesis"), stack.output("Table")

    def put(numbers: range) -> None:
        records = [{"Data": f"k{number}".encode(), "PartitionKey": f"k{number}"} for number in numbers]
        kinesis.put_records(StreamName=stack.output("Stream"), Records=records)

    def seen() -> dict[str, tuple[str, str]]:
        rows = twin.client("dynamodb").scan(TableName=table_name)["Items"]
        return {row["pk"]["S"]: (row["times"]["N"], row["reader"]["S"]) for row in rows}

    put(range(20))
    eventually(lambda: len(seen()) == 20, "the first records")
    # WHEN the function and its mapping are changed
    changes = stack.deploy(release("second", 5), **outputs)
    assert {name: change.action for name, change in changes.items()} == {
        "Reader": Action.UPDATED,
        "Mapping": Action.UPDATED,
    }
    # THEN each record is processed once, the later ones by the new release
    put(range(20, 40))
    eventually(lambda: len(seen()) == 40, "the later records")
    assert seen() == {f"k{n}": ("1", "first" if n < 20 else "second") for n in range(40)}


def api(release: str, *paths: str) -> Resources:
    """Return an HTTP API whose function answers with the name of the release."""
    of_api = {"ApiId": ref("Api")}
    routes = {
        f"Route{path}": of(
            "AWS::ApiGatewayV2::Route",
            **of_api,
            RouteKey=f"GET /{path}",
            Target={"Fn::Join": ["/", ["integrations", ref("Integration")]]},
        )
        for path in paths
    }
    return {
        "Role": role("lambda.amazonaws.com"),
        "Function": function("code.answer", release),
        "Permission": permission("Function", "apigateway.amazonaws.com"),
        "Api": of("AWS::ApiGatewayV2::Api", ProtocolType="HTTP", Name="changing"),
        "Stage": of("AWS::ApiGatewayV2::Stage", **of_api, StageName="$default"),
        "Integration": of(
            "AWS::ApiGatewayV2::Integration",
            **of_api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=arn("Function"),
        ),
        **routes,
    }


def test_an_api_has_the_routes_and_the_functions_of_the_newest_release(twin: Twin, stack: Stack) -> None:
    def get(path: str) -> str:
        try:
            with urllib.request.urlopen(f"{url}/{path}", timeout=30) as response:
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.code)

    url_output = {"Url": {"Fn::GetAtt": ["Api", "ApiEndpoint"]}}
    stack.deploy(api("first", "kept", "removed"), **url_output)
    url = stack.output("Url")
    assert [get(path) for path in ("kept", "removed", "added")] == ["first", "first", "404"]
    changes = stack.deploy(api("second", "kept", "added"), **url_output)
    assert [get(path) for path in ("kept", "removed", "added")] == ["second", "404", "second"]
    assert changes["Routeremoved"].action is Action.DELETED
    # WHEN the function may not be invoked any more THEN it is not
    without = {key: value for key, value in api("second", "kept").items() if key != "Permission"}
    stack.deploy(without, **url_output)
    assert get("kept") == "500"
    # AND a stack without the API has no address
    stack.deploy({"Role": role("lambda.amazonaws.com")})
    assert get("kept") in ("403", "404")


SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Users",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "USER_ID", "type": "string"},
            {"name": "TIER", "type": "string", "categorical": True},
        ],
        "version": "1.0",
    }
)


def one_of_each(name: str, number: int) -> Resources:
    """Return resources of the types that keep something outside of the twin's own services."""
    target = {"Id": name, "Arn": arn("Queue")}
    key_policy = {
        "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": "*"}}]
    }
    columns = {"StorageDescriptor": {"Columns": [{"Name": name, "Type": "string"}]}}
    machine = {"StartAt": name, "States": {name: {"Type": "Succeed"}}}
    return {
        "Role": role(
            "states.amazonaws.com", "glue.amazonaws.com", "scheduler.amazonaws.com", f"{name}.amazonaws.com"
        ),
        "Queue": of("AWS::SQS::Queue", VisibilityTimeout=number),
        "QueuePolicy": queue_policy("Queue", "sns.amazonaws.com", name),
        "Topic": of("AWS::SNS::Topic", DisplayName=name),
        "Subscription": of(
            "AWS::SNS::Subscription",
            TopicArn=ref("Topic"),
            Protocol="sqs",
            Endpoint=arn("Queue"),
            FilterPolicy={"kind": [name]},
        ),
        "Rule": of("AWS::Events::Rule", EventPattern={"source": [name]}, Targets=[target]),
        "Group": of("AWS::Scheduler::ScheduleGroup"),
        "Schedule": of(
            "AWS::Scheduler::Schedule",
            GroupName=ref("Group"),
            ScheduleExpression=f"rate({number} days)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn("Queue"), "RoleArn": arn("Role")},
        ),
        "Parameter": of("AWS::SSM::Parameter", Type="String", Value=name),
        "Secret": of("AWS::SecretsManager::Secret", SecretString=name),
        "Key": of("AWS::KMS::Key", KeyPolicy=key_policy, Description=name),
        "Bucket": of(
            "AWS::S3::Bucket", VersioningConfiguration={"Status": "Enabled" if number > 1 else "Suspended"}
        ),
        "Empty": of("Custom::S3AutoDeleteObjects", BucketName=ref("Bucket")),
        "Database": of("AWS::Glue::Database", CatalogId="1", DatabaseInput={"Description": name}),
        "GlueTable": of(
            "AWS::Glue::Table",
            CatalogId="1",
            DatabaseName=ref("Database"),
            TableInput={"Name": "events", **columns},
        ),
        "Job": of(
            "AWS::Glue::Job",
            Role=arn("Role"),
            Command={"Name": "glueetl", "ScriptLocation": "s3://b/k"},
            MaxRetries=number,
        ),
        "Machine": of(
            "AWS::StepFunctions::StateMachine", RoleArn=arn("Role"), DefinitionString=json.dumps(machine)
        ),
        "Pool": of("AWS::Cognito::UserPool", Policies={"PasswordPolicy": {"MinimumLength": 8 + number}}),
        "Client": of("AWS::Cognito::UserPoolClient", UserPoolId=ref("Pool"), ReadAttributes=[name]),
        "Members": of(
            "AWS::Cognito::UserPoolGroup", UserPoolId=ref("Pool"), GroupName="members", Description=name
        ),
        "Schema": of("AWS::Personalize::Schema", Name=f"one-of-each-{name}", Schema=SCHEMA),
    }


def visibility_timeout(twin: Twin, url: str) -> str:
    answer = twin.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return str(answer["Attributes"]["VisibilityTimeout"])


def test_services_see_changes_in_place_and_know_nothing_of_what_was_deleted(twin: Twin, stack: Stack) -> None:
    outputs = {
        "Queue": ref("Queue"),
        "Bucket": ref("Bucket"),
        "Rule": ref("Rule"),
        "Machine": ref("Machine"),
        "Parameter": ref("Parameter"),
    }
    stack.deploy(one_of_each("first", 1), **outputs)
    before = {name: stack.output(name) for name in outputs}
    # WHEN each resource is changed THEN all but the schema, which cannot be changed, are what they were
    changes = stack.deploy(one_of_each("second", 2), **outputs)
    unchanged = {"Group", "Empty"}
    assert {name for name, change in changes.items() if change.action is Action.UPDATED} == (
        one_of_each("", 0).keys() - unchanged - {"Schema"}
    )
    assert changes["Schema"].action is Action.REPLACED
    assert {name: stack.output(name) for name in outputs} == before
    # AND their services have the changes
    client = twin.client
    attributes = client("sqs").get_queue_attributes(QueueUrl=before["Queue"], AttributeNames=["All"])[
        "Attributes"
    ]
    assert attributes["VisibilityTimeout"] == "2"
    targets = client("events").list_targets_by_rule(Rule=before["Rule"])["Targets"]
    assert [target["Id"] for target in targets] == ["second"]
    assert client("ssm").get_parameter(Name=before["Parameter"])["Parameter"]["Value"] == "second"
    machine = client("stepfunctions").describe_state_machine(stateMachineArn=before["Machine"])
    assert json.loads(machine["definition"])["StartAt"] == "second"
    assert client("s3").get_bucket_versioning(Bucket=before["Bucket"])["Status"] == "Enabled"
    # WHEN the template has them no more, and the bucket has an object THEN all are deleted
    client("s3").put_object(Bucket=before["Bucket"], Key="k", Body=b"")
    changes = stack.deploy({"Other": of("AWS::SNS::Topic")})
    assert {name: change.reason for name, change in changes.items() if change.action is Action.LEFT} == {}
    assert before["Bucket"] not in [each["Name"] for each in client("s3").list_buckets()["Buckets"]]
    assert before["Machine"] not in [
        each["stateMachineArn"] for each in client("stepfunctions").list_state_machines()["stateMachines"]
    ]
    schemas = client("personalize").list_schemas()["schemas"]
    assert [each["name"] for each in schemas if each["name"].startswith("one-of-each-")] == []


def test_a_refused_update_leaves_the_services_as_they_were(twin: Twin, stack: Stack) -> None:
    # GIVEN a queue, whose update comes before a schema that Personalize refuses
    good = of("AWS::Personalize::Schema", Name="rolled-back", Schema=SCHEMA)
    stack.deploy({"Queue": of("AWS::SQS::Queue", VisibilityTimeout=1), "Schema": good}, Queue=ref("Queue"))
    bad = {**of("AWS::Personalize::Schema", Name="rolled-back-2", Schema="{}"), "DependsOn": ["Queue", "New"]}
    resources = {
        "Queue": of("AWS::SQS::Queue", VisibilityTimeout=2),
        "New": of("AWS::SNS::Topic"),
        "Schema": bad,
    }
    topics = twin.client("sns").list_topics()["Topics"]
    # WHEN it is deployed
    with pytest.raises(StackRolledBackError, match=r"/Schema \(.*\) could not be created"):
        stack.deploy(resources, Queue=ref("Queue"))
    # THEN the queue is as before, the new topic is gone, and the old schema is there
    assert visibility_timeout(twin, stack.output("Queue")) == "1"
    assert twin.client("sns").list_topics()["Topics"] == topics
    assert "rolled-back" in [each["name"] for each in twin.client("personalize").list_schemas()["schemas"]]


def test_the_control_endpoint_says_what_changed(twin: Twin, tmp_path: Path) -> None:
    assembly = SmallAssembly(tmp_path)
    assembly.stack("by-control", {"Resources": {"Topic": of("AWS::SNS::Topic")}})
    request = urllib.request.Request(
        f"{twin.edge_url}/_touchline/update?assembly={assembly.write()}", method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    created = {"stack": "by-control", "logicalId": "Topic", "type": "AWS::SNS::Topic", "action": "created"}
    assert answer["changes"] == [{**created, "reason": ""}]
    assert "by-control" in answer["outputs"]

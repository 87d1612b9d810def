"""A small system with one resource of each service that the twin serves."""

import json
from pathlib import Path
from typing import Any

from tests.integration.twin.small_assembly import SmallAssembly, lambda_function

FUNCTIONS = Path(__file__).parent / "functions.py"
NAMES = (
    "echo",
    "environment",
    "process_id",
    "exits",
    "sleeps",
    "fails",
    "on_change",
    "on_message",
    "on_record",
    "on_event",
    "on_notification",
    "on_schedule",
    "on_request",
)


def arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def write(directory: Path) -> Path:
    """Write the system's assembly: a stack of data, and a stack of functions that imports from it."""
    assembly = SmallAssembly(directory)
    code = assembly.asset({"small/__init__.py": "", "small/functions.py": FUNCTIONS.read_text()})
    assembly.stack("small-data", _data())
    assembly.stack("small-functions", _functions(code), dependencies=("small-data",))
    return assembly.write()


def _exported(**values: Any) -> dict[str, Any]:
    return {
        name: {"Value": value, "Export": {"Name": f"small-data:{name}"}} for name, value in values.items()
    }


def _data() -> dict[str, Any]:
    table = {
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "BillingMode": "PAY_PER_REQUEST",
        "Replicas": [{"Region": {"Ref": "AWS::Region"}}],
    }
    redrive = {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 1}
    bucket = {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}
    delivery = {
        "DeliveryStreamType": "KinesisStreamAsSource",
        "KinesisStreamSourceConfiguration": {"KinesisStreamARN": arn("Stream"), "RoleARN": arn("Role")},
        "ExtendedS3DestinationConfiguration": {"BucketARN": arn("Bucket"), "Prefix": "raw/"},
    }
    resources = {
        "Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": table},
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"RedrivePolicy": redrive, "VisibilityTimeout": 1},
        },
        "Copies": {"Type": "AWS::SQS::Queue"},
        "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": bucket},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        },
        "Delivery": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": delivery},
        "Topic": {"Type": "AWS::SNS::Topic"},
    }
    outputs = _exported(
        TableName={"Ref": "Table"},
        TableStream={"Fn::GetAtt": ["Table", "StreamArn"]},
        QueueUrl={"Ref": "Queue"},
        QueueArn=arn("Queue"),
        DeadUrl={"Ref": "Dead"},
        DeadArn=arn("Dead"),
        CopiesUrl={"Ref": "Copies"},
        CopiesArn=arn("Copies"),
        StreamName={"Ref": "Stream"},
        StreamArn=arn("Stream"),
        BucketName={"Ref": "Bucket"},
        TopicArn={"Ref": "Topic"},
    )
    return {"Resources": resources, "Outputs": outputs}


def _imported(name: str) -> dict[str, str]:
    return {"Fn::ImportValue": f"small-data:{name}"}


def _functions(code: dict[str, str]) -> dict[str, Any]:
    variables = {"TABLE_NAME": _imported("TableName"), "QUEUE_URL": _imported("QueueUrl")}
    resources: dict[str, Any] = {
        name.replace("_", ""): lambda_function(
            code, f"small.functions.{name}", FunctionName=name, Environment={"Variables": variables}
        )
        for name in NAMES
    }
    resources["sleeps"]["Properties"]["Timeout"] = 1
    return {"Resources": resources | _triggers() | _apis(), "Outputs": _outputs()}


def _mapping(function: str, source: str, **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"FunctionName": {"Ref": function}, "EventSourceArn": _imported(source), **properties},
    }


def _triggers() -> dict[str, Any]:
    entering = json.dumps({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "in#"}]}}}})
    dead = {"OnFailure": {"Destination": _imported("DeadArn")}}
    created = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [_imported("BucketName")]}, "object": {"key": [{"prefix": "in/"}]}},
    }
    machine = {
        "StartAt": "Echo",
        "States": {
            "Echo": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "${echo}", "Payload.$": "$"},
                "OutputPath": "$.Payload",
                "End": True,
            }
        },
    }
    return {
        "Changes": _mapping(
            "onchange",
            "TableStream",
            StartingPosition="TRIM_HORIZON",
            FilterCriteria={"Filters": [{"Pattern": entering}]},
        ),
        "Messages": _mapping(
            "onmessage", "QueueArn", BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"]
        ),
        "Records": _mapping(
            "onrecord",
            "StreamArn",
            StartingPosition="TRIM_HORIZON",
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=0,
            DestinationConfig=dead,
        ),
        "Created": {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventPattern": created, "Targets": [{"Id": "t", "Arn": arn("onevent")}]},
        },
        "Direct": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": _imported("TopicArn"),
                "Protocol": "lambda",
                "Endpoint": arn("onnotification"),
                "FilterPolicy": {"kind": ["direct"]},
            },
        },
        "Copied": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": _imported("TopicArn"),
                "Protocol": "sqs",
                "Endpoint": _imported("CopiesArn"),
                "RawMessageDelivery": True,
            },
        },
        "FailsInvoke": {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": {"Ref": "fails"},
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 1,
                "DestinationConfig": dead,
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": "arn:aws:iam::123456789012:role/any",
                "DefinitionString": json.dumps(machine),
                "DefinitionSubstitutions": {"echo": {"Ref": "echo"}},
            },
        },
    }


def _apis() -> dict[str, Any]:
    api = {"ApiId": {"Ref": "Api"}}
    return {
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP", "Name": "small"}},
        "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {**api, "StageName": "$default"}},
        "Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {**api, "IntegrationType": "AWS_PROXY", "IntegrationUri": arn("onrequest")},
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                **api,
                "RouteKey": "POST /things/{thing}",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            },
        },
    }


def _outputs() -> dict[str, Any]:
    return {
        "MachineArn": {"Value": {"Ref": "Machine"}},
        "ApiUrl": {"Value": {"Fn::GetAtt": ["Api", "ApiEndpoint"]}},
    }

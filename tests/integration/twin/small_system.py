"""A small system with one resource of each service that the twin serves."""

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.small_assembly import (
    SmallAssembly,
    lambda_function,
    permission,
    queue_policy,
    role,
)

PRIVATE_KEY = generate_private_key(65537, 2048)
"""Signs links to documents."""
PUBLIC_KEY = PRIVATE_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
_DISTRIBUTION_ARN = "arn:aws:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
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
    "authorize",
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
        "ExtendedS3DestinationConfiguration": {
            "BucketARN": arn("Bucket"),
            "RoleARN": arn("Role"),
            "Prefix": "raw/",
        },
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
        "Role": role("firehose.amazonaws.com"),
        "Delivery": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": delivery},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "CopiesPolicy": queue_policy("Copies", "sns.amazonaws.com", {"Ref": "Topic"}),
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
    resources |= {
        "Role": role("lambda.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com"),
        "FromEvents": permission("onevent", "events.amazonaws.com"),
        "FromTopic": permission("onnotification", "sns.amazonaws.com", SourceArn=_imported("TopicArn")),
        "FromApi": permission("onrequest", "apigateway.amazonaws.com"),
        "Scheduled": permission("onschedule", "events.amazonaws.com"),
    }
    resources["sleeps"]["Properties"]["Timeout"] = 1
    return {
        "Resources": resources | _triggers() | _apis() | _channels() | _documents(),
        "Outputs": _outputs(),
    }


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
                "RoleArn": arn("Role"),
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


def _channels() -> dict[str, Any]:
    by_function = {"AuthType": "AWS_LAMBDA"}
    config = {
        "AuthProviders": [
            {**by_function, "LambdaAuthorizerConfig": {"AuthorizerUri": arn("authorize")}},
            {"AuthType": "AWS_IAM"},
        ],
        "ConnectionAuthModes": [by_function],
        "DefaultSubscribeAuthModes": [by_function],
        "DefaultPublishAuthModes": [{"AuthType": "AWS_IAM"}],
    }
    api = {"ApiId": {"Fn::GetAtt": ["EventApi", "ApiId"]}}
    namespace = {"Fn::GetAtt": ["Namespace", "ChannelNamespaceArn"]}
    publish = {"Effect": "Allow", "Action": "appsync:EventPublish", "Resource": namespace}
    source = {"Fn::GetAtt": ["EventApi", "ApiArn"]}
    return {
        "EventApi": {"Type": "AWS::AppSync::Api", "Properties": {"Name": "small", "EventConfig": config}},
        "Namespace": {"Type": "AWS::AppSync::ChannelNamespace", "Properties": {**api, "Name": "small"}},
        "Others": {"Type": "AWS::AppSync::ChannelNamespace", "Properties": {**api, "Name": "others"}},
        "FromChannels": permission("authorize", "appsync.amazonaws.com", SourceArn=source),
        "Publisher": role("lambda.amazonaws.com", statements=[publish]),
    }


def _documents() -> dict[str, Any]:
    reads = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Resource": {"Fn::Join": ["", [arn("Documents"), "/public/*"]]},
        "Condition": {"StringEquals": {"AWS:SourceArn": {"Fn::Sub": _DISTRIBUTION_ARN}}},
    }
    origin = {"Id": "s3", "DomainName": {"Fn::GetAtt": ["Documents", "RegionalDomainName"]}}
    config = {
        "Origins": [origin],
        "CustomErrorResponses": [{"ErrorCode": 403, "ErrorCachingMinTTL": 0}],
        "DefaultCacheBehavior": {
            "TargetOriginId": "s3",
            "TrustedKeyGroups": [{"Ref": "KeyGroup"}],
            "CachePolicyId": {"Ref": "Cache"},
        },
    }
    return {
        "Documents": {"Type": "AWS::S3::Bucket"},
        "DocumentsPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Documents"}, "PolicyDocument": {"Statement": [reads]}},
        },
        "PublicKey": {
            "Type": "AWS::CloudFront::PublicKey",
            "Properties": {"PublicKeyConfig": {"Name": "small", "EncodedKey": PUBLIC_KEY}},
        },
        "KeyGroup": {
            "Type": "AWS::CloudFront::KeyGroup",
            "Properties": {"KeyGroupConfig": {"Name": "small", "Items": [{"Ref": "PublicKey"}]}},
        },
        "Cache": {
            "Type": "AWS::CloudFront::CachePolicy",
            "Properties": {
                "CachePolicyConfig": {"Name": "small", "MinTTL": 0, "DefaultTTL": 60, "MaxTTL": 60}
            },
        },
        "Distribution": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {"DistributionConfig": config},
        },
    }


def _outputs() -> dict[str, Any]:
    return {
        "EventsUrl": {"Value": {"Fn::Sub": "https://${EventApi.Dns.Http}/event"}},
        "RealtimeUrl": {"Value": {"Fn::Sub": "wss://${EventApi.Dns.Realtime}/event/realtime"}},
        "EventApiId": {"Value": {"Fn::GetAtt": ["EventApi", "ApiId"]}},
        "PublisherArn": {"Value": arn("Publisher")},
        "DocumentsBucketName": {"Value": {"Ref": "Documents"}},
        "DocumentsUrl": {"Value": {"Fn::Sub": "https://${Distribution.DomainName}"}},
        "PublicKeyId": {"Value": {"Ref": "PublicKey"}},
        "MachineArn": {"Value": {"Ref": "Machine"}},
        "RoleArn": {"Value": arn("Role")},
        "ApiUrl": {"Value": {"Fn::GetAtt": ["Api", "ApiEndpoint"]}},
    }

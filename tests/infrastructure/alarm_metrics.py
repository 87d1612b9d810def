"""The alarms of a stage, their metrics, and what AWS documents of its own."""

import json
import re
from typing import Any

from local.twin.services.lambda_.metrics import MetricStore
from tests.infrastructure.assembly import CAMPAIGN, STACKS, Assembly

OWN, LOGICAL_ID = "Touchline/", re.compile(r"Alarms(?P<name>\w+)[0-9A-F]{8}")
SHARE = re.compile(
    r"(IF\(refused > (?P<least>\d+), )?100 \* (?P<part>\w+) / \(?(?P<whole>[\w +]+)\)?(, 0\))?"
)
GUIDE = "https://docs.aws.amazon.com/"
DOCUMENTED = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): (
        {"QueueName": "AWS::SQS::Queue"},
        "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    ),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): (
        {"QueueName": "AWS::SQS::Queue"},
        "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    ),
    ("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds"): (
        {"StreamName": "AWS::Kinesis::Stream"},
        "streams/latest/dev/monitoring-with-cloudwatch.html",
    ),
    ("AWS/Lambda", "IteratorAge"): (
        {"FunctionName": "AWS::Lambda::Function"},
        "lambda/latest/dg/monitoring-metrics-types.html",
    ),
    ("AWS/Lambda", "Errors"): (
        {"FunctionName": "AWS::Lambda::Function"},
        "lambda/latest/dg/monitoring-metrics-types.html",
    ),
    ("AWS/ApiGateway", "IntegrationError"): (
        {"ApiId": "AWS::ApiGatewayV2::Api", "Stage": "AWS::ApiGatewayV2::Stage"},
        "apigateway/latest/developerguide/apigateway-websocket-api-logging.html",
    ),
    ("AWS/ApiGateway", "ExecutionError"): (
        {"ApiId": "AWS::ApiGatewayV2::Api", "Stage": "AWS::ApiGatewayV2::Stage"},
        "apigateway/latest/developerguide/apigateway-websocket-api-logging.html",
    ),
    **{
        ("AWS/ApiGateway", name): (
            {"ApiId": "AWS::ApiGatewayV2::Api", "Stage": "AWS::ApiGatewayV2::Stage"},
            "apigateway/latest/developerguide/http-api-metrics.html",
        )
        for name in ("4xx", "5xx", "Count")
    },
    **{
        ("AWS/AppSync", name): (
            {"EventAPIId": "AWS::AppSync::Api"},
            "appsync/latest/eventapi/cw-metrics.html",
        )
        for name in ("4XXError", "5XXError")
    },
    **{
        ("AWS/AppSync", name): (
            {"EventAPIId": "AWS::AppSync::Api", "ChannelNamespaceName": "AWS::AppSync::ChannelNamespace"},
            "appsync/latest/eventapi/cw-metrics.html",
        )
        for name in (
            *("BroadcastEventServerError", "ConnectClientError", "ConnectRequests", "ConnectServerError"),
            *("InboundMessageDelayed", "InboundMessageDropped", "SubscribeServerError"),
        )
    },
    ("AWS/KinesisAnalytics", "downtime"): (
        {"Application": "AWS::KinesisAnalyticsV2::Application"},
        "managed-flink/latest/java/metrics-dimensions.html",
    ),
    ("AWS/KinesisAnalytics", "uptime"): (
        {"Application": "AWS::KinesisAnalyticsV2::Application"},
        "managed-flink/latest/java/metrics-dimensions.html",
    ),
    ("AWS/Scheduler", "InvocationDroppedCount"): (
        {"ScheduleGroup": "AWS::Scheduler::ScheduleGroup"},
        "scheduler/latest/UserGuide/monitoring-cloudwatch.html",
    ),
    ("AWS/Events", "TriggeredRules"): (
        {"RuleName": "AWS::Events::Rule"},
        "eventbridge/latest/userguide/eb-monitoring.html",
    ),
}
"""AWS's own metrics: the types of the resources that their dimensions name, and the page below GUIDE."""


def alarms_of(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Return the alarms of every stack, by the names that docs/operate.md uses."""
    found = {}
    for stack in (*STACKS, CAMPAIGN):
        for logical_id, resource in assembly.of_type(stack, "AWS::CloudWatch::Alarm").items():
            match = LOGICAL_ID.fullmatch(logical_id)
            assert match, logical_id
            found[match["name"]] = resource["Properties"]
    return found


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics that an alarm watches, alone or in an expression."""
    if "MetricName" in alarm:
        return [{name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")}]
    return [entry["MetricStat"]["Metric"] for entry in alarm["Metrics"] if "MetricStat" in entry]


def dimensions_of(metric: dict[str, Any]) -> dict[str, Any]:
    return {entry["Name"]: entry["Value"] for entry in metric["Dimensions"]}


def is_own(alarm: dict[str, Any]) -> bool:
    return all(metric["Namespace"].startswith(OWN) for metric in metrics_of(alarm))


def is_breached(alarm: dict[str, Any], store: MetricStore) -> bool:
    """Return whether one period with these metrics would raise the alarm."""

    def total(metric: dict[str, Any]) -> float:
        return store.total(metric["MetricName"], namespace=metric["Namespace"], **dimensions_of(metric))

    if "MetricName" in alarm:
        assert alarm["Statistic"] == "Sum"
        return total(metrics_of(alarm)[0]) > float(alarm["Threshold"])
    values = {
        entry["Id"]: total(entry["MetricStat"]["Metric"])
        for entry in alarm["Metrics"]
        if "MetricStat" in entry
    }
    (expression,) = (entry["Expression"] for entry in alarm["Metrics"] if "Expression" in entry)
    return _share(expression, values) > float(alarm["Threshold"])


def _share(expression: str, values: dict[str, float]) -> float:
    """Return the value of an expression of a share, as the stacks write it."""
    found = SHARE.fullmatch(expression)
    assert found, expression
    if found["least"] and values["refused"] <= float(found["least"]):
        return 0.0
    return 100 * values[found["part"]] / sum(values[name] for name in found["whole"].split(" + "))


def target_of(assembly: Assembly, value: Any) -> tuple[str, str]:
    """Return the stack and the logical id of the resource to which a dimension's value refers."""
    stack, reference = "OperationsStack", value
    if isinstance(value, dict) and "Fn::ImportValue" in value:
        exporter, name = value["Fn::ImportValue"].split(":")
        stack = exporter.rsplit("-", 1)[-1].capitalize() + "Stack"
        (reference,) = (
            output["Value"]
            for output in assembly.templates[stack]["Outputs"].values()
            if output.get("Export", {}).get("Name") == f"{exporter}:{name}"
        )
    if isinstance(reference, dict):
        return stack, reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
    for stack in STACKS:
        for logical_id, resource in assembly.templates[stack]["Resources"].items():
            names = [resource.get("Properties", {}).get(name) for name in ("Name", "StageName")]
            if reference in names:
                return stack, logical_id
    raise AssertionError(f"no resource is named {reference}")


def resource_of(assembly: Assembly, value: Any) -> dict[str, Any]:
    """Return the resource to which a dimension's value refers."""
    stack, logical_id = target_of(assembly, value)
    resource: dict[str, Any] = assembly.templates[stack]["Resources"][logical_id]
    return resource


def invoked_in_the_background(assembly: Assembly) -> set[tuple[str, str]]:
    """Return the functions that a queue, stream, topic, rule or schedule invokes, by stack and logical id."""
    found = set()
    for stack in STACKS:
        named = [
            mapping["Properties"]["FunctionName"]
            for mapping in assembly.of_type(stack, "AWS::Lambda::EventSourceMapping").values()
        ]
        named += [
            permission["Properties"]["FunctionName"]
            for permission in assembly.of_type(stack, "AWS::Lambda::Permission").values()
            if permission["Properties"]["Principal"] != "apigateway.amazonaws.com"
        ]
        named += _scheduled(assembly, stack)
        found |= {(stack, _function_id(assembly, stack, name)) for name in named}
    return found


def _scheduled(assembly: Assembly, stack: str) -> list[Any]:
    """Return the functions that roles of EventBridge Scheduler may invoke."""
    roles = [
        {"Ref": logical_id}
        for logical_id, role in assembly.of_type(stack, "AWS::IAM::Role").items()
        if "scheduler.amazonaws.com" in json.dumps(role["Properties"]["AssumeRolePolicyDocument"])
    ]
    return [
        statement["Resource"]
        for policy in assembly.of_type(stack, "AWS::IAM::Policy").values()
        if policy["Properties"]["Roles"][0] in roles
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
    ]


def _function_id(assembly: Assembly, stack: str, name: Any) -> str:
    """Return the logical id of the function to which a name or an alias's ARN refers."""
    resources, references = (
        assembly.templates[stack]["Resources"],
        re.compile(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)'),
    )
    (logical_id,) = set(references.findall(json.dumps(name)))
    if resources[logical_id]["Type"] == "AWS::Lambda::Alias":
        return _function_id(assembly, stack, resources[logical_id]["Properties"]["FunctionName"])
    return str(logical_id)

"""The deployed alarms, evaluated on the metrics of the twin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.twin.provision.assembly import Assembly
from local.twin.twin import Twin
from paths import ASSEMBLY

ALARM = "AWS::CloudWatch::Alarm"
DEGRADED_PERCENT = "100 * degraded / sent"


class Alarm:
    """An alarm of the OperationsStack, by the name that docs/operate.md uses."""

    def __init__(self, twin: Twin, name: str, assembly: Path = ASSEMBLY) -> None:
        self._twin = twin
        (self._alarm,) = (
            resource["Properties"]
            for stack in Assembly.read(assembly).stacks
            for logical_id, resource in stack.resources.items()
            if resource["Type"] == ALARM and logical_id[:-8] == f"Alarms{name}"
        )
        self._before = self._values()

    def is_raised(self) -> bool:
        """Return whether the metrics since the alarm was read would raise it in one period."""
        grown = [now - before for now, before in zip(self._values(), self._before, strict=True)]
        threshold = float(self._alarm["Threshold"])
        if "MetricName" in self._alarm:
            return grown[0] > threshold
        (expression,) = (each["Expression"] for each in self._alarm["Metrics"] if "Expression" in each)
        assert expression == DEGRADED_PERCENT
        degraded, sent = grown
        return sent > 0 and 100 * degraded / sent > threshold

    def _values(self) -> list[float]:
        if "MetricName" in self._alarm:
            return [self._value(self._alarm)]
        return [
            self._value(each["MetricStat"]["Metric"])
            for each in self._alarm["Metrics"]
            if "MetricStat" in each
        ]

    def _value(self, metric: dict[str, Any]) -> float:
        """Return the metric of this very namespace, name and dimensions."""
        dimensions = {each["Name"]: self._resolved(each["Value"]) for each in metric["Dimensions"]}
        read: Callable[[str, dict[str, str]], float] = {
            "AWS/SQS": self._of_queue,
            "AWS/ApiGateway": self._of_api,
        }.get(
            metric["Namespace"],
            lambda name, those: self._twin.metric_total(name, namespace=metric["Namespace"], **those),
        )
        return read(metric["MetricName"], dimensions)

    def _of_queue(self, name: str, dimensions: dict[str, str]) -> float:
        assert name == "ApproximateNumberOfMessagesVisible"
        sqs = self._twin.client("sqs")
        url = sqs.get_queue_url(QueueName=dimensions["QueueName"])["QueueUrl"]
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return float(counted["Attributes"]["ApproximateNumberOfMessages"])

    def _of_api(self, name: str, dimensions: dict[str, str]) -> float:
        apis = self._twin.state()["gateway"]
        api = (apis["websocket"] | apis["http"])[dimensions["ApiId"]]
        assert api["stage"] == dimensions["Stage"]
        return float(api["counters"].get(name, 0))

    def _resolved(self, value: Any) -> str:
        """Return the value of a dimension: a text, or what the alarm's stack imports or created."""
        if "Fn::ImportValue" in value:
            return str(self._twin.output(value["Fn::ImportValue"].partition(":")[2]))
        if "Ref" in value:
            stacks = self._twin.client("cloudformation")
            names = [stack["StackName"] for stack in stacks.describe_stacks()["Stacks"]]
            resources = (
                resource
                for name in names
                for resource in stacks.describe_stack_resources(StackName=name)["StackResources"]
            )
            return next(
                str(resource["PhysicalResourceId"])
                for resource in resources
                if resource["LogicalResourceId"] == value["Ref"]
            )
        return str(value)

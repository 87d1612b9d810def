"""Each fault raises its alarm: the metric has the alarm's very namespace, name and dimensions."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from crowd_source.cloudwatch_health import CloudWatchHealth
from lambdas.observability import metrics, shared_metrics
from local.twin.services.lambda_.metrics import MetricStore
from tests.infrastructure import alarm_faults, audience_faults
from tests.infrastructure.alarm_faults import COUNTED, RAISED, Fault
from tests.infrastructure.alarm_metrics import alarms_of, dimensions_of, is_breached, resource_of
from tests.infrastructure.assembly import STACKS, Assembly
from tests.support import aws, builders, fakes

FAULTS = {
    "production": {**COUNTED, **RAISED},
    "broadcast": {**audience_faults.COUNTED, **audience_faults.RAISED},
}


def stages_and_names(of_connections: Iterable[str], of_broadcast: Iterable[str]) -> list[tuple[str, str]]:
    """Return the faults to make: all in production, and those of broadcast in a stage of its own."""
    return [
        *(("production", name) for name in sorted(of_connections)),
        *(("broadcast", name) for name in sorted(of_broadcast)),
    ]


@pytest.fixture
def resources(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The functions' AWS resources in moto."""
    with aws.resources(monkeypatch) as names:
        yield names
    for cached in (metrics, shared_metrics):
        cached.cache_clear()


def make(
    fault: Fault, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, resources: dict[str, str]
) -> Exception | None:
    """Make a fault in a function with the names of the template; return what the handler raised."""
    (stack,) = (
        name
        for name in STACKS
        for function in assembly.of_type(name, "AWS::Lambda::Function").values()
        if function["Properties"].get("Handler") == f"lambdas.handlers.{fault.module}.handler"
    )
    variables = assembly.function(stack, fault.module)["Environment"]["Variables"]
    for name, value in variables.items():
        if name not in resources or name == "DELIVERY_MODE":
            placeholder = "missing" if name.endswith("_NAME") else "arn:aws:iam::123456789012:role/missing"
            monkeypatch.setenv(name, value if isinstance(value, str) else placeholder)
    for cached in (metrics, shared_metrics):
        cached.cache_clear()
    try:
        fault.make()
    except Exception as error:  # noqa: BLE001 - any error of a function counts
        return error
    return None


@pytest.mark.parametrize(("stage", "name"), stages_and_names(COUNTED, audience_faults.COUNTED))
def test_a_counted_fault_raises_its_alarm(
    stage: str,
    name: str,
    request: pytest.FixtureRequest,
    resources: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    # WHEN the fault is made in a function with the environment of the template
    make(FAULTS[stage][name], assembly, monkeypatch, resources)
    # THEN its log has the metric in the alarm's namespace, under its name and with its dimensions
    store = MetricStore()
    for line in capsys.readouterr().out.splitlines():
        store.read_line(line)
    assert is_breached(alarms_of(assembly)[name], store), store.snapshot()


@pytest.mark.parametrize(("stage", "name"), stages_and_names(RAISED, audience_faults.RAISED))
def test_a_fault_that_is_raised_is_an_error_of_the_function_of_its_alarm(
    stage: str,
    name: str,
    request: pytest.FixtureRequest,
    resources: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    fault = FAULTS[stage][name]
    alarm = alarms_of(assembly)[name]
    function = resource_of(assembly, dimensions_of(alarm)["FunctionName"])
    assert function["Properties"]["Handler"] == f"lambdas.handlers.{fault.module}.handler"
    assert isinstance(make(fault, assembly, monkeypatch, resources), fault.raises)


def test_a_feed_that_cannot_be_verified_is_answered_with_5xx(
    production: Assembly, resources: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # API Gateway answers 500 if the function fails.
    fault = Fault("ingest_feed", alarm_faults.unreachable_keys)
    assert isinstance(make(fault, production, monkeypatch, resources), ClientError)


@pytest.mark.parametrize(("rate", "is_raised"), [(2, False), (250, True)])
def test_a_campaign_that_keeps_a_matchs_rate_raises_its_alarm(
    rate: int,
    is_raised: bool,
    production: Assembly,
    resources: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # GIVEN a campaign between matches WHEN the capacity is compared
    campaign = fakes.SlowCampaign(builders.KICK_OFF, rate)
    fault = Fault("set_campaign_capacity", lambda: alarm_faults.comparison_of_capacity(campaign))
    assert make(fault, production, monkeypatch, resources) is None
    # THEN the alarm's metric is counted only if the rate is right; the alarm is raised by no value
    store = MetricStore()
    for line in capsys.readouterr().out.splitlines():
        store.read_line(line)
    alarm = alarms_of(production)["CapacityNotReached"]
    assert (
        store.total(alarm["MetricName"], namespace=alarm["Namespace"], **dimensions_of(alarm))
        <= alarm["Threshold"]
    ) is is_raised
    assert alarm["ComparisonOperator"] == "LessThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "breaching"


async def test_a_silent_crowd_source_raises_its_alarm(production: Assembly) -> None:
    # GIVEN the service with the namespace of its template
    launch = production.properties("AnalyticsStack", "AWS::EC2::LaunchTemplate")
    (namespace,) = re.findall(r"METRICS_NAMESPACE=([\w/]+)", json.dumps(launch))
    requests: list[dict[str, Any]] = []

    class CloudWatch:
        def put_metric_data(self, **request: Any) -> None:
            requests.append(request)

    # WHEN a minute was silent
    await CloudWatchHealth(CloudWatch(), namespace).report(is_healthy=False)
    # THEN the value is that of the alarm, which is raised by zero and by no value
    alarm = alarms_of(production)["CrowdSourceSilent"]
    (request,) = requests
    (metric,) = request["MetricData"]
    assert alarm["Namespace"] == request["Namespace"]
    assert (alarm["MetricName"], alarm["Dimensions"]) == (metric["MetricName"], metric["Dimensions"])
    assert metric["Value"] <= alarm["Threshold"] == 0
    assert alarm["ComparisonOperator"] == "LessThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "breaching"

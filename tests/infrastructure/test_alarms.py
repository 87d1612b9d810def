"""Every alarm has a proof and a line in the operators' guide."""

import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from lambdas.handlers.dispatch_components import CONTINUE_AFTER_SECONDS, PAGE_RESERVE
from paths import ROOT
from stacks.analytics_stack import AnalyticsStack
from stacks.config import MediaConfig, stage_config
from stacks.constructs.alarms import Alarms
from stacks.metrics import StageMetrics
from stacks.stage_alarms import StageAlarms
from tests.infrastructure import audience_faults
from tests.infrastructure.alarm_faults import COUNTED, RAISED
from tests.infrastructure.alarm_metrics import (
    DOCUMENTED,
    alarms_of,
    dimensions_of,
    invoked_in_the_background,
    is_own,
    metrics_of,
    resource_of,
    target_of,
)
from tests.infrastructure.assembly import STACKS, Assembly

PROVEN_ALONE = {"CapacityNotReached", "CrowdSourceSilent"}


def test_every_alarm_is_proven(development: Assembly, production: Assembly) -> None:
    alarms = alarms_of(production)
    assert alarms_of(development).keys() <= alarms.keys()
    # GIVEN alarms on our own metrics THEN a test makes the fault of each
    own = {name for name, alarm in alarms.items() if is_own(alarm)}
    assert own == COUNTED.keys() | PROVEN_ALONE
    # AND each alarm on the errors of a function has a fault that its handler raises
    errors = {name for name, alarm in alarms.items() if alarm.get("MetricName") == "Errors"}
    assert errors == RAISED.keys()


def test_every_alarm_of_a_stage_that_broadcasts_is_proven_too(
    development: Assembly, broadcast: Assembly
) -> None:
    present = alarms_of(development)
    more = {name: alarm for name, alarm in alarms_of(broadcast).items() if name not in present}
    # GIVEN the alarms that only such a stage has THEN a test makes the fault of each on our own metrics
    own = {name for name, alarm in more.items() if is_own(alarm)}
    assert own == audience_faults.COUNTED.keys() - {"InteractionsRefused"}
    # AND of each on the errors of a function
    errors = {name for name, alarm in more.items() if alarm.get("MetricName") == "Errors"}
    assert errors == audience_faults.RAISED.keys()


@pytest.mark.parametrize("stage", ["production", "broadcast"])
def test_every_alarm_on_a_metric_of_aws_has_its_documented_dimensions(
    stage: str, request: pytest.FixtureRequest
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    for name, alarm in alarms_of(assembly).items():
        if is_own(alarm):
            continue
        for metric in metrics_of(alarm):
            types, page = DOCUMENTED[metric["Namespace"], metric["MetricName"]]
            assert page.endswith(".html")
            found = {
                dimension: resource_of(assembly, value)["Type"]
                for dimension, value in dimensions_of(metric).items()
            }
            assert found == types, name


def test_no_alarm_waits_for_consecutive_minutes_of_rare_work(production: Assembly) -> None:
    # GIVEN metrics that have a value in every minute, as long as there is something to watch
    steady = {
        "ApproximateAgeOfOldestMessage",
        "GetRecords.IteratorAgeMilliseconds",
        "IteratorAge",
        "uptime",
        "CapacityReached",
        "CrowdSourceHealthy",
        "AnalyserRefused",
        "PostsOwed",
        "TriggeredRules",
    }
    for name, alarm in alarms_of(production).items():
        is_steady = all(metric["MetricName"] in steady for metric in metrics_of(alarm))
        is_sampled = name in ("AnalyseMediaErrors", "FinishTranscriptionErrors")
        # THEN only their alarms wait for several periods
        assert alarm["EvaluationPeriods"] == 1 or is_steady or is_sampled, name


def test_a_task_that_waits_for_the_rate_is_counted_in_every_minute(production: Assembly) -> None:
    # GIVEN how long a task posts before it returns to the queue, and the pause until it continues
    timeout = production.function("DeliveryStack", "dispatch_components")["Timeout"]
    between = timedelta(seconds=timeout + CONTINUE_AFTER_SECONDS) - PAGE_RESERVE
    # THEN each of the periods for which the alarm waits has a count
    alarm = alarms_of(production)["PostsOwed"]
    assert alarm["EvaluationPeriods"] == 2
    assert between < timedelta(seconds=alarm["Period"])


@pytest.mark.parametrize(
    ("media", "seconds"),
    [
        (MediaConfig(), 60),
        (MediaConfig(people_every_seconds=300), 360),
        (MediaConfig(speech_every_seconds=90, audio_segment_seconds=15), 120),
        (MediaConfig(frame_interval_seconds=60), 120),
    ],
)
def test_an_alarm_of_the_analysers_waits_for_their_pauses(media: MediaConfig, seconds: int) -> None:
    # GIVEN a stage whose analysers run more or less often
    app = App()
    stack = Stack(app, "Operations")
    function = lambda_.Function.from_function_arn(
        stack, "Function", "arn:aws:lambda:eu-west-1:123456789012:function:analyse"
    )
    analytics = SimpleNamespace(
        feed=SimpleNamespace(
            stage=apigateway.HttpStage.from_http_stage_attributes(
                stack, "Stage", api=apigateway.HttpApi(stack, "Api"), stage_name="live"
            )
        ),
        media=SimpleNamespace(analyse_media=function, finish_transcription=function),
    )
    watching = StageAlarms(
        alarms=Alarms(stack, "Alarms", topic=sns.Topic(stack, "Topic")), metrics=StageMetrics(stage="test")
    )
    # WHEN it is watched THEN each period of an alarm that waits for several has a run of every analyser
    watching.watch_inputs(cast("AnalyticsStack", analytics), replace(stage_config("production"), media=media))
    alarms = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    waiting = [alarm["Properties"] for alarm in alarms if alarm["Properties"]["EvaluationPeriods"] == 3]
    assert [alarm["Period"] for alarm in waiting] == [seconds] * 3


def test_every_queue_that_a_function_reads_has_an_alarm_on_its_age(production: Assembly) -> None:
    read = {
        logical_id
        for stack in STACKS
        for logical_id, queue in production.of_type(stack, "AWS::SQS::Queue").items()
        if "RedrivePolicy" in queue["Properties"]
    }
    watched = {
        target_of(production, dimensions_of(alarm)["QueueName"])[1]
        for alarm in alarms_of(production).values()
        if alarm.get("MetricName") == "ApproximateAgeOfOldestMessage"
    }
    assert len(read) > 3
    assert watched == read


@pytest.mark.parametrize("stage", ["production", "broadcast"])
def test_every_function_that_no_client_waits_for_has_an_alarm_on_its_errors(
    stage: str, request: pytest.FixtureRequest
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    # GIVEN functions that a queue, a stream, a topic, a rule or a schedule invokes, or AppSync
    invoked = invoked_in_the_background(assembly)
    assert len(invoked) > 10
    # THEN each has an alarm on its errors
    watched = {
        target_of(assembly, dimensions_of(alarm)["FunctionName"])
        for alarm in alarms_of(assembly).values()
        if alarm.get("MetricName") == "Errors"
    }
    assert watched == invoked


def test_the_price_list_counts_the_alarms(
    development: Assembly, production: Assembly, broadcast: Assembly
) -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    counts = [len(alarms_of(assembly)) for assembly in (development, production, broadcast)]
    more = counts[2] - counts[0]
    assert f"{counts[0]} alarms ({counts[1]} in production; {more} more" in guide


def test_every_alarm_has_a_line_in_the_operators_guide(production: Assembly, broadcast: Assembly) -> None:
    alarms = alarms_of(production).keys() | alarms_of(broadcast).keys()
    # GIVEN the guide's tables of alarms and of dead letters
    guide = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    lines: dict[str, tuple[str, str]] = {}
    for line in guide.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| `") and len(cells) == 3:
            for name in re.findall(r"`(\w+)`", cells[0]):
                lines[name] = (cells[1], cells[2])
    for name in alarms:
        # THEN each alarm has its meaning and what to do; that of a dead-letter queue in the queue's line
        meaning, action = lines[name.removesuffix("NotEmpty")]
        assert len(meaning) > 10, name
        assert len(action) > 10, name
    # AND no line is about an alarm that does not exist
    section = guide[guide.index("## Alarms") : guide.index("## Dead letters")]
    named = " ".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", named)) <= alarms

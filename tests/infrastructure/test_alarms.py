"""Every alarm has a proof and a line in the operators' guide."""

import re

from paths import ROOT
from tests.infrastructure.alarm_faults import COUNTED, RAISED
from tests.infrastructure.alarm_metrics import (
    DOCUMENTED,
    alarms_of,
    dimensions_of,
    is_own,
    metrics_of,
    resource_of,
    target_of,
)
from tests.infrastructure.assembly import STACKS, Assembly

PROVEN_ALONE = {"CrowdSourceSilent"}


def test_every_alarm_is_proven(development: Assembly, production: Assembly) -> None:
    alarms = alarms_of(production)
    assert alarms_of(development).keys() <= alarms.keys()
    # GIVEN alarms on our own metrics THEN a test makes the fault of each
    own = {name for name, alarm in alarms.items() if is_own(alarm)}
    assert own == COUNTED.keys() | PROVEN_ALONE
    # AND each alarm on the errors of a function has a fault that its handler raises
    errors = {name for name, alarm in alarms.items() if alarm.get("MetricName") == "Errors"}
    assert errors == RAISED.keys()
    # AND each other alarm watches a metric that AWS documents, with its dimensions, of an existing resource
    for name in alarms.keys() - own:
        for metric in metrics_of(alarms[name]):
            types, page = DOCUMENTED[metric["Namespace"], metric["MetricName"]]
            assert page.endswith(".html")
            found = {
                dimension: resource_of(production, value)["Type"]
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


def test_the_price_list_counts_the_alarms(development: Assembly, production: Assembly) -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    counts = [len(alarms_of(assembly)) for assembly in (development, production)]
    assert f"{counts[0]} alarms ({counts[1]} in production)" in guide


def test_every_alarm_has_a_line_in_the_operators_guide(production: Assembly) -> None:
    # GIVEN the guide's tables of alarms and of dead letters
    guide = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    lines: dict[str, tuple[str, str]] = {}
    for line in guide.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| `") and len(cells) == 3:
            for name in re.findall(r"`(\w+)`", cells[0]):
                lines[name] = (cells[1], cells[2])
    for name in alarms_of(production):
        # THEN each alarm has its meaning and what to do; that of a dead-letter queue in the queue's line
        meaning, action = lines[name.removesuffix("NotEmpty")]
        assert len(meaning) > 10, name
        assert len(action) > 10, name
    # AND no line is about an alarm that does not exist
    section = guide[guide.index("## Alarms") : guide.index("## Dead letters")]
    named = " ".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", named)) <= alarms_of(production).keys()

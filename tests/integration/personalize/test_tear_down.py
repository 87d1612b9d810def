"""Tear-down deletes every resource, in the order that the service requires."""

import boto3
import pytest
from botocore.exceptions import ClientError

from local.account.tear_down import TearDownError, plan, tear_down
from local.cli import main
from local.twin.services.personalize.errors import ResourceInUseError
from tests.support.personalize_data import ROLE
from tests.support.personalize_twin import PersonalizeTwin

KINDS = ("dataset_groups", "schemas", "datasets", "solutions", "campaigns", "event_trackers", "filters")


def create_one_of_each(twin: PersonalizeTwin) -> str:
    """Create a dataset group with a resource of every kind and return its ARN."""
    control = twin.clients.control
    group = twin.loaded_group("g")
    version = twin.version(twin.solution(group, "s"))
    twin.campaign("c", version["solutionVersionArn"])
    control.create_event_tracker(name="t", datasetGroupArn=group)
    control.create_filter(
        name="f", datasetGroupArn=group, filterExpression='EXCLUDE ItemID WHERE Items.CATEGORIES IN ("x")'
    )
    control.create_metric_attribution(
        name="m",
        datasetGroupArn=group,
        metrics=[{"eventType": "click", "metricName": "clicks", "expression": "SAMPLECOUNT()"}],
        metricsOutputConfig={"roleArn": ROLE, "s3DataDestination": {"path": "s3://reports/"}},
    )
    return group


def test_every_resource_is_deleted(twin: PersonalizeTwin) -> None:
    # GIVEN a dataset group with a resource of every kind
    group = create_one_of_each(twin)
    # WHEN it is torn down
    deleted: list[str] = []
    tear_down(twin.clients.control, group, on_deleted=deleted.append, poll_seconds=0.01)
    # THEN no resource is left, the campaign was deleted first, and the group after its resources
    for kind in KINDS:
        answer = getattr(twin.clients.control, f"list_{kind}")()
        (rows,) = (value for value in answer.values() if isinstance(value, list))
        assert rows == [], kind
    kinds = [arn.split(":")[5].partition("/")[0] for arn in deleted]
    assert kinds[:2] == ["campaign", "solution"]
    assert set(kinds[2:5]) == {"event-tracker", "filter", "metric-attribution"}
    assert kinds[5:] == ["dataset"] * 3 + ["dataset-group"] + ["schema"] * 3
    # AND a second tear-down has nothing to delete
    assert plan(twin.clients.control, group) == []


def run_command(twin: PersonalizeTwin, monkeypatch: pytest.MonkeyPatch, group: str, *options: str) -> int:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    url = twin.clients.control.meta.endpoint_url
    return main(["tear-down", "--dataset-group-arn", group, "--endpoint-url", url, *options])


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_an_unknown_group_is_told_in_one_sentence(
    twin: PersonalizeTwin,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    # GIVEN another group, so that its ARN is of the account and the region
    group = twin.group("g").replace("dataset-group/g", "dataset-group/none")
    # WHEN, THEN
    assert run_command(twin, monkeypatch, group, *options) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"expected a dataset group of this account and region, got {group}: there is none\n"
    assert twin.clients.control.list_dataset_groups()["datasetGroups"]


def test_without_yes_the_command_lists_and_deletes_nothing(
    twin: PersonalizeTwin, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    group = twin.group("g")
    assert run_command(twin, monkeypatch, group) == 0
    assert capsys.readouterr().out == f"{group}\n"
    assert run_command(twin, monkeypatch, group, "--yes") == 0
    assert capsys.readouterr().out == f"{group}\n"
    assert run_command(twin, monkeypatch, group) == 2


def test_the_service_refuses_another_order(twin: PersonalizeTwin) -> None:
    group = create_one_of_each(twin)
    control = twin.clients.control
    solution = control.list_solutions()["solutions"][0]["solutionArn"]
    for call, arguments in (
        (control.delete_solution, {"solutionArn": solution}),
        (control.delete_dataset_group, {"datasetGroupArn": group}),
    ):
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        assert caught.value.response["Error"]["Code"] == "ResourceInUseException"


def test_an_interrupted_tear_down_can_be_repeated(twin: PersonalizeTwin) -> None:
    # GIVEN a tear-down that was interrupted while the campaign was being deleted
    group = create_one_of_each(twin)
    control = twin.clients.control
    twin.background.hold()
    control.delete_campaign(campaignArn=control.list_campaigns()["campaigns"][0]["campaignArn"])
    # WHEN it is run again THEN it waits for that deletion and completes
    tear_down(
        control, group, on_deleted=lambda _: None, sleep=lambda _: twin.background.finish(), poll_seconds=1
    )
    assert plan(control, group) == []


def test_a_resource_that_is_not_deleted_is_named(twin: PersonalizeTwin) -> None:
    # GIVEN a campaign whose deletion is refused, then accepted but never done
    group = create_one_of_each(twin)
    control = twin.clients.control
    twin.service.faults.refuse("DeleteCampaign", ResourceInUseError("Campaign is being updated."))
    with pytest.raises(ClientError, match="being updated"):
        tear_down(control, group, on_deleted=lambda _: None)
    waits: list[float] = []

    class NeverDeleting:
        """A control plane that accepts deletions and does not do them."""

        def __getattr__(self, name: str) -> object:
            return (lambda **_: {}) if name.startswith("delete_") else getattr(control, name)

    with pytest.raises(TearDownError, match=r"campaign/c to be deleted within 1800 seconds"):
        tear_down(NeverDeleting(), group, on_deleted=lambda _: None, sleep=waits.append, poll_seconds=600)
    assert len(waits) == 3

"""Tests of the command `plan`."""

import json
from pathlib import Path

import pytest

from local.cli import main

DISPATCH = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Handler": "lambdas.handlers.dispatch_components.handler",
        "MemorySize": 1769,
        "Environment": {
            "Variables": {
                "DISPATCH_QUEUE_URL": {"Ref": "Queue"},
                "POSTS_PER_SECOND": "9000",
                "POST_BURST": "5000",
                "CAMPAIGN_TRANSACTIONS_PER_SECOND": "100",
            }
        },
    },
}
BUILDER = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Handler": "lambdas.handlers.build_context.handler",
        "Environment": {"Variables": {"CONNECTION_SHARDS": "4"}},
    },
}
SOURCE = {
    "Type": "AWS::Lambda::EventSourceMapping",
    "Properties": {
        "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
        "ScalingConfig": {"MaximumConcurrency": 4},
    },
}


def assembly(folder: Path, resources: dict[str, object]) -> Path:
    """Write the manifest and the template of a stage's DeliveryStack."""
    properties = {"templateFile": "Delivery.template.json", "stackName": "touchline-development-delivery"}
    stack = {"type": "aws:cloudformation:stack", "properties": properties}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"DeliveryStack": stack}}))
    (folder / properties["templateFile"]).write_text(json.dumps({"Resources": resources}))
    return folder


def plan(folder: Path, *options: str) -> int:
    return main(["plan", "--viewers", "2000", "--stage", "development", "--assembly", str(folder), *options])


def test_a_plan_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = assembly(tmp_path, {"Dispatch": DISPATCH, "Builder": BUILDER, "Source": SOURCE})
    html = tmp_path / "plan.html"
    assert plan(folder, "--html", str(html)) == 0
    assert "development: 2,000 viewers of one match" in capsys.readouterr().out
    assert html.read_text().startswith("<!doctype html>")


def test_a_stage_without_a_dispatch_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(assembly(tmp_path, {})) == 2
    assert "expected the function dispatch_components" in capsys.readouterr().err


def test_a_file_of_prices_that_is_missing_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = assembly(tmp_path, {"Dispatch": DISPATCH, "Builder": BUILDER, "Source": SOURCE})
    assert plan(folder, "--prices", str(tmp_path / "none.toml")) == 1
    assert "none.toml: no such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("viewers", ["0", "-1", "many", "100000000000"])
def test_viewers_must_be_a_number_that_can_be_planned(
    viewers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan", "--viewers", viewers])
    assert ended.value.code == 2
    assert "expected viewers from 1 to 10000000" in capsys.readouterr().err

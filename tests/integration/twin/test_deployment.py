"""The twin deploys what the templates declare, and refuses resource types that it does not know."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from local.interruption import Interrupted, interruptible
from local.twin.edge.errors import PortInUseError
from local.twin.provision.errors import (
    AssemblyMissingError,
    CustomResourceFailedError,
    UnknownResourceTypeError,
)
from local.twin.twin import Twin
from tests.support.small_assembly import SmallAssembly, lambda_function, role

pytestmark = pytest.mark.twin


def test_stacks_are_described_with_their_outputs(twin: Twin) -> None:
    described = twin.client("cloudformation").describe_stacks()["Stacks"]

    outputs = {
        stack["StackName"]: {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        for stack in described
    }
    assert set(outputs) == {"small-data", "small-functions"}
    assert outputs["small-data"]["TableName"] == twin.output("TableName")
    assert outputs["small-functions"]["ApiUrl"].startswith(twin.edge_url + "/_aws/execute-api/")


def test_the_resources_of_a_stack_are_listed(twin: Twin) -> None:
    listed = twin.client("cloudformation").list_stack_resources(StackName="small-data")
    by_id = {row["LogicalResourceId"]: row for row in listed["StackResourceSummaries"]}

    assert by_id["Table"]["PhysicalResourceId"] == twin.output("TableName")
    assert by_id["Table"]["ResourceType"] == "AWS::DynamoDB::GlobalTable"


def test_an_unknown_resource_type_is_an_error_that_names_it(tmp_path: Path) -> None:
    assembly = SmallAssembly(tmp_path / "cdk.out")
    assembly.stack("s", {"Resources": {"Robot": {"Type": "AWS::RoboMaker::Robot"}}})

    with pytest.raises(UnknownResourceTypeError, match=r"AWS::RoboMaker::Robot \(s/Robot\)"):
        Twin.start(assembly.write())


def test_a_custom_resource_that_fails_ends_the_deployment_with_the_reason_of_its_function(
    tmp_path: Path,
) -> None:
    # GIVEN a custom resource whose function fails
    failing = "def handler(event, context):\n    raise ValueError(event['ResourceProperties']['Name'])\n"
    assembly = _with_custom_resource(tmp_path, failing, Name="no such stream")

    # WHEN it is deployed THEN the error names the resource and the reason
    with pytest.raises(CustomResourceFailedError, match="s/Start could not be created: no such stream"):
        Twin.start(assembly)


def test_a_start_that_is_interrupted_while_a_function_runs_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a custom resource whose function interrupts this process, and goes on
    interrupts = f"os.kill({os.getpid()}, signal.SIGINT)"
    handler = (
        f"import os, signal, time\n\ndef handler(event, context):\n    {interrupts}\n    time.sleep(60)\n"
    )
    assembly = _with_custom_resource(tmp_path, handler)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    # WHEN it is deployed
    with pytest.raises(Interrupted), interruptible():
        Twin.start(assembly)

    # THEN its temporary folder is gone
    assert list(temporary.iterdir()) == []


def _with_custom_resource(folder: Path, handler: str, **properties: str) -> Path:
    """Write an assembly with a custom resource behind the CDK's provider framework."""
    assembly = SmallAssembly(folder / "cdk.out")
    code = assembly.asset({"start.py": handler})
    framework = lambda_function(
        code,
        "framework.onEvent",
        Runtime="nodejs24.x",
        Environment={"Variables": {"USER_ON_EVENT_FUNCTION_ARN": {"Fn::GetAtt": ["Function", "Arn"]}}},
    )
    start = {
        "Type": "Custom::FlinkApplicationStart",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["Framework", "Arn"]}, **properties},
    }
    resources = {
        "Role": role("lambda.amazonaws.com"),
        "Function": lambda_function(code, "start.handler", Timeout=60),
        "Framework": framework,
        "Start": start,
    }
    assembly.stack("s", {"Resources": resources})
    return assembly.write()


def test_a_port_in_use_is_an_error_that_names_it(twin: Twin, tmp_path: Path) -> None:
    port = int(twin.edge_url.rpartition(":")[2])
    assembly = SmallAssembly(tmp_path / "cdk.out").write()

    with pytest.raises(PortInUseError, match=f"port {port} is in use"):
        Twin.start(assembly, port=port)


def test_a_missing_assembly_is_an_error_that_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(AssemblyMissingError, match="make synth"):
        Twin.start(tmp_path)


def test_a_stopped_twin_frees_its_port(tmp_path: Path) -> None:
    # GIVEN a twin that has served a request and is stopped
    assembly = SmallAssembly(tmp_path / "cdk.out").write()
    with Twin.start(assembly) as short_lived:
        port = int(short_lived.edge_url.rpartition(":")[2])
        assert short_lived.client("sqs").list_queues().get("QueueUrls", []) == []

    # THEN nothing listens on its port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0

"""Tests of the preflight command."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local.account.preflight import cli
from local.account.preflight.synthesized_stage import SynthesizedStage
from local.cli import main


def write_assembly(folder: Path, stage: str) -> Path:
    """Write the manifest and the template of a stage's PersonalizeStack."""
    properties = {
        "templateFile": "PersonalizeStack.template.json",
        "stackName": f"touchline-{stage}-personalize",
    }
    stack = {"type": "aws:cloudformation:stack", "properties": properties}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"PersonalizeStack": stack}}))
    (folder / properties["templateFile"]).write_text(json.dumps({"Resources": {}}))
    return folder


def test_a_stage_as_expected_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assembly = write_assembly(tmp_path, "development")
    assert main(["preflight", "--stage", "development", "--assembly", str(assembly)]) == 0
    assert "adoption: as expected" in capsys.readouterr().out


def test_a_check_that_is_denied_hides_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN credentials that may not read the dataset group, and a quota that is too small
    def denied(_stage: SynthesizedStage, _client: object) -> list[str]:
        raise ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "DescribeDatasetGroup"
        )

    monkeypatch.setattr(cli, "adoption_differences", denied)
    monkeypatch.setattr(cli, "quota_shortfalls", lambda _stage, _client, viewers: [f"{viewers} viewers"])
    assembly = write_assembly(tmp_path, "development")
    # WHEN the account is asked THEN the quota is told, and the end says that something is not checked
    assert main(["preflight", "--stage", "development", "--assembly", str(assembly)]) == 2
    printed = capsys.readouterr()
    assert "quotas: 1000 viewers" in printed.out
    assert "adoption: not checked: AWS refused DescribeDatasetGroup" in printed.err


def test_templates_of_another_stage_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN the templates of development
    assembly = write_assembly(tmp_path, "development")
    # WHEN production is checked, THEN one sentence says what to do
    assert main(["preflight", "--stage", "production", "--assembly", str(assembly)]) == 2
    assert "cdk synth --quiet -c stage=production" in capsys.readouterr().err

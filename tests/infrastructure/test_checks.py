"""What tools say about the templates."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.infrastructure.conftest import Assembly

IGNORED = (
    "W3005",  # a DependsOn that a reference implies already: the CDK writes both
    "W7001",  # a mapping that nothing reads: the CDK's Firehose construct brings it along
)


def findings(directory: Path) -> list[str]:
    """Everything that the validations at synthesis found and nobody acknowledged."""
    report = json.loads((directory / "validation-report.json").read_text())
    return [
        f"{plugin['pluginName']} {violation['ruleName']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    ]


@pytest.mark.parametrize("stage", ["development", "production"])
def test_no_finding_is_without_a_reason(stage: str, request: pytest.FixtureRequest) -> None:
    # GIVEN a stage, synthesized under the AwsSolutions rule pack and the CDK's own validation
    assembly: Assembly = request.getfixturevalue(stage)
    # THEN no finding is left in the report, not even a warning
    assert findings(assembly.directory) == []


def test_templates_are_valid_cloudformation(development: Assembly, production: Assembly) -> None:
    # GIVEN the templates of both stages
    stages = (development, production)
    templates = [str(path) for stage in stages for path in stage.directory.rglob("*.template.json")]
    assert len(templates) == 16
    # WHEN cfn-lint reads them
    run = subprocess.run(
        ["cfn-lint", "--ignore-checks", *IGNORED, "--format", "parseable", "--", *templates],
        capture_output=True,
        text=True,
        check=False,
    )
    # THEN it has nothing to say
    assert run.stdout + run.stderr == ""

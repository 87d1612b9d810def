"""cdk-nag and cfn-lint accept the templates."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.infrastructure.assembly import Assembly

IGNORED = (
    "W3005",  # the CDK adds a DependsOn that a reference already implies
    "W7001",  # the CDK's Firehose construct adds a mapping that only Redshift destinations use
)


def findings(directory: Path) -> list[str]:
    """Return the findings of the validations at synthesis that are not acknowledged."""
    report = json.loads((directory / "validation-report.json").read_text())
    return [
        f"{plugin['pluginName']} {violation['ruleName']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    ]


@pytest.mark.parametrize("stage", ["development", "production"])
def test_every_finding_is_acknowledged_with_a_reason(stage: str, request: pytest.FixtureRequest) -> None:
    # GIVEN a stage, validated at synthesis by cdk-nag and by the CDK
    assembly: Assembly = request.getfixturevalue(stage)
    # THEN the report has no finding, not even a warning
    assert findings(assembly.directory) == []


def test_templates_are_valid_cloudformation(development: Assembly, production: Assembly) -> None:
    # GIVEN the templates of both stages
    stages = [list(stage.directory.rglob("*.template.json")) for stage in (development, production)]
    assert [len(templates) for templates in stages] == [8, 8]
    # WHEN cfn-lint checks the stages, in parallel
    runs = [
        subprocess.Popen(
            ["cfn-lint", "--ignore-checks", *IGNORED, "--format", "parseable", "--", *templates],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for templates in stages
    ]
    # THEN it has no findings
    assert [run.communicate()[0] for run in runs] == ["", ""]

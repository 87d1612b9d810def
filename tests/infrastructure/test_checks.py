"""cdk-nag and cfn-lint accept the templates."""

import subprocess

import pytest

from tests.infrastructure.assembly import BROADCAST, Assembly, findings

IGNORED = (
    "W3005",  # the CDK adds a DependsOn that a reference already implies
    "W7001",  # the CDK's Firehose construct adds a mapping that only Redshift destinations use
)


@pytest.mark.parametrize("stage", ["development", "production", "broadcast"])
def test_every_finding_is_acknowledged_with_a_reason(stage: str, request: pytest.FixtureRequest) -> None:
    # GIVEN a stage, validated at synthesis by cdk-nag and by the CDK
    assembly: Assembly = request.getfixturevalue(stage)
    # THEN the report has no finding, not even a warning
    assert findings(assembly.directory) == []


def test_templates_are_valid_cloudformation(
    development: Assembly, production: Assembly, broadcast: Assembly
) -> None:
    # GIVEN the templates of both stages, and those that differ in a stage that broadcasts
    stages = [list(stage.directory.rglob("*.template.json")) for stage in (development, production)]
    assert [len(templates) for templates in stages] == [9, 9]
    stages[0] += [broadcast.directory / f"{stack}.template.json" for stack in BROADCAST]
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

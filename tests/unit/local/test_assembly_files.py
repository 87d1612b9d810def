"""What is no synthesized assembly costs one sentence, in every command that reads one."""

from pathlib import Path

import pytest

from local import cli

STACK = '{"artifacts": {"a": {"type": "aws:cloudformation:stack", "properties": %s}}}'
WHOLE = STACK % '{"stackName": "touchline-production-data", "templateFile": "t.json"}'


@pytest.mark.parametrize(
    ("manifest", "template", "named"),
    [
        ("{", "{}", "manifest.json: expected JSON of a synthesized assembly"),
        ("[" * 100_000, "{}", "manifest.json: expected JSON of a synthesized assembly"),
        ("[]", "{}", "manifest.json: expected an object of a synthesized assembly, got list"),
        (
            "{}",
            "{}",
            "manifest.json: expected the fields of a synthesized assembly, got KeyError",
        ),
        ('{"artifacts": {"a": {}}}', "{}", "manifest.json: expected the fields"),
        (STACK % "{}", "{}", "manifest.json: expected the fields"),
        (WHOLE, '{"a":', "t.json: expected JSON"),
        (WHOLE, "7", "t.json: expected an object"),
    ],
)
@pytest.mark.parametrize(
    "command", [["plan", "--viewers", "9"], ["preflight", "--stage", "production"], ["up", "--port", "0"]]
)
def test_a_file_that_is_of_no_assembly_is_named(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: list[str],
    manifest: str,
    template: str,
    named: str,
) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    (tmp_path / "t.json").write_text(template)
    assert cli.main([*command, "--assembly", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert named in line

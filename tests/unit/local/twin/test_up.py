"""The command that runs the twin."""

import pytest

from local.cli import main


def test_a_wrong_quota_ends_the_command_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["up", "--quota", "requests=200:100", "--quota", "posts=5"])
    assert ended.value.code == 2
    assert "got 'posts=5'" in capsys.readouterr().err

"""The command that runs the twin."""

import argparse

import pytest

from local.twin import up


def test_a_wrong_quota_ends_the_command_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    up.add_arguments(parser)
    assert up.run(parser.parse_args(["--quota", "requests=200:100", "--quota", "posts=5"])) == 1
    assert "got 'posts=5'" in capsys.readouterr().err

"""The shell stays small: this is what every viewer waits for."""

from benchmarks.shell_gzip_kb import LIMIT_KB, figures


def test_the_built_shell_keeps_its_limit() -> None:
    [line] = figures()
    assert isinstance(line["value"], float)
    assert 0 < line["value"] <= LIMIT_KB

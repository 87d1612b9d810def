"""Whether all end-to-end tests run, and what the last of them reports."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
LAST = FOLDER / "test_permissions.py"
"""Reports what the tests before it used."""
REPORT = pytest.StashKey[list[str]]()
"""The lines to print after the run."""
COLLECTED = pytest.StashKey[frozenset[str]]()
"""The end-to-end tests of all folders before any was deselected."""


def have_all_run(session: pytest.Session, folder: Path = FOLDER) -> bool:
    """True if every end-to-end test of a folder has run in this process and no test has failed."""
    if hasattr(session.config, "workerinput"):
        return False  # one of several processes, each of which runs some of the tests
    files = {path.name for path in folder.glob("test_*.py")}
    collected = {name for name in session.config.stash[COLLECTED] if _folder(session, name) == folder}
    selected = {item.nodeid for item in session.items}
    is_whole = files == {name.partition("::")[0].rpartition("/")[2] for name in collected}
    named = any("::" in argument for argument in session.config.args)
    return is_whole and not named and collected <= selected and not session.testsfailed


def _folder(session: pytest.Session, name: str) -> Path:
    return (session.config.rootpath / name.partition("::")[0]).parent

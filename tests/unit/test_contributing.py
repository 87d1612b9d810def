"""CONTRIBUTING.md leads a newcomer to the right files."""

import re
from functools import cache

import pytest

from paths import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^\| ([^|]+\?) \| `([^`]+)` \| `([^`]+)` \|$", CONTRIBUTING, re.MULTILINE)
PACKAGES = ("domain", "lambdas", "stacks", "local", "flink_app", "glue_jobs", "crowd_source")
MOST_FILES = 15
"""A name that more files hold leads nowhere."""


@cache
def sources() -> dict[str, str]:
    """Return the text of every source file by its path."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    files += (ROOT / "client").glob("*/src/**/*.ts*")
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


def search(name: str) -> list[str]:
    """Return the paths of the source files that hold `name` as a whole word."""
    return [path for path, text in sources().items() if re.search(rf"\b{re.escape(name)}\b", text)]


def test_where_to_find_answers_at_least_ten_questions() -> None:
    assert len(QUESTIONS) >= 10


@pytest.mark.parametrize(("question", "name", "path"), QUESTIONS)
def test_a_search_for_the_name_finds_the_file(question: str, name: str, path: str) -> None:
    found = search(name)
    assert path in found, question
    assert len(found) <= MOST_FILES, question

"""Rules of the tests themselves: what they import, where they lie, and what they may patch."""

import ast
from collections.abc import Iterator
from pathlib import Path

from paths import ROOT

TESTS = ROOT / "tests"
FILES = sorted(TESTS.rglob("*.py"))
SUPPORT = "tests.support"
PATCHERS = {"patch", "setattr"}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of the tests that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tests"):
            names = [f"{node.module}.{each.name}" for each in node.names]
            yield from (name if module_exists(name) else node.module for name in names)


def module_exists(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def test_no_file_imports_a_test_module_or_a_conftest() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        for name in imported(path)
        if name.rpartition(".")[2].startswith(("test_", "conftest"))
    ]
    assert found == []


def test_what_two_kinds_of_tests_share_is_in_support() -> None:
    # GIVEN the first folder below tests/ of each file and of each module that it imports
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        for name in imported(path)
        if not name.startswith(SUPPORT) and name.split(".")[1] != path.relative_to(TESTS).parts[0]
    ]
    assert found == []


def test_tests_of_local_lie_where_their_module_or_package_does() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in (TESTS / "unit" / "local").rglob("test_*.py")
        if not mirrored(path.relative_to(TESTS / "unit"))
    ]
    assert found == []


def mirrored(path: Path) -> bool:
    """Return whether a module or package stands at the path without `test_`."""
    source = ROOT / path.with_name(path.name.removeprefix("test_"))
    return source.exists() or source.with_suffix("").is_dir()


def test_nothing_is_patched_by_the_name_of_its_path() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) in PATCHERS
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert found == []

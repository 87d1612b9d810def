"""The package of the functions starts without compiling a module."""

import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from stacks.packaging.function_package import function_package

UNCHECKED = b"\x01\x00\x00\x00"
"""The flags of a compiled module that is used whatever its source: https://peps.python.org/pep-0552/."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one module of a function, one of the domain and one that is not deployed."""
    for name in ("lambdas/handler.py", "domain/goal.py", "stacks/stack.py"):
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True)
        path.write_text("ANSWER = 42\n")
    return tmp_path / "repository"


def test_the_package_has_the_modules_of_the_functions_and_their_compiled_forms(
    repository: Path, tmp_path: Path
) -> None:
    package = function_package(tmp_path / "cache", repository)
    modules = sorted(path.relative_to(package).as_posix() for path in package.rglob("*.py"))
    assert modules == ["domain/goal.py", "lambdas/handler.py"]
    for module in modules:
        compiled = Path(cache_from_source(str(package / module))).read_bytes()
        assert compiled[4:8] == UNCHECKED


def test_a_module_is_not_compiled_when_its_source_has_another_time(repository: Path, tmp_path: Path) -> None:
    package = function_package(tmp_path / "cache", repository)
    # GIVEN sources that cannot be compiled, so that only the compiled modules can be imported
    (package / "lambdas" / "handler.py").write_text("not Python")
    subprocess.run(
        [sys.executable, "-B", "-c", "from lambdas.handler import ANSWER; assert ANSWER == 42"],
        cwd=package,
        env={},
        check=True,
    )


def test_only_changed_code_is_packaged_again(repository: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    package = function_package(cache, repository)
    assert function_package(cache, repository) == package
    (repository / "stacks" / "stack.py").write_text("ANSWER = 43\n")
    assert function_package(cache, repository) == package
    (repository / "domain" / "goal.py").write_text("ANSWER = 43\n")
    changed = function_package(cache, repository)
    assert changed != package
    assert sorted(cache.iterdir()) == sorted([package, changed])

"""Fixtures of the functions' tests."""

from collections.abc import Iterator

import pytest

from tests.support import aws
from tests.support.dispatch_rig import DispatchRig, dispatch_rig
from tests.support.lambda_context import LambdaContext


@pytest.fixture
def rig() -> DispatchRig:
    """A dispatcher with all of its collaborators in memory."""
    return dispatch_rig()


@pytest.fixture
def resources(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The functions' AWS resources in moto, by environment variable."""
    with aws.resources(monkeypatch) as names:
        yield names


@pytest.fixture
def runtime() -> LambdaContext:
    """The context object of an invocation."""
    return LambdaContext()

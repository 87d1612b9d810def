"""A twin with a small system, shared by the tests that do not need the whole application."""

from collections.abc import Callable, Iterator

import pytest

from local.twin.twin import Twin
from tests.integration.twin import small_system
from tests.support.waiting import eventually


@pytest.fixture(scope="package")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    assembly = small_system.write(tmp_path_factory.mktemp("small") / "cdk.out")
    with Twin.start(assembly) as running:
        yield running


@pytest.fixture
def seen(twin: Twin) -> Callable[[str], None]:
    """Return a function that waits until a function of the small system has recorded a key."""

    def wait(key: str) -> None:
        table = twin.output("TableName")
        request = {"TableName": table, "Key": {"pk": {"S": f"seen#{key}"}}, "ConsistentRead": True}
        eventually(lambda: "Item" in twin.client("dynamodb").get_item(**request), f"{key} to be seen")

    return wait

"""A bucket gets the files that its deployment names."""

import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.twin.endpoints import Endpoint
from local.twin.provision.creators import CREATORS
from local.twin.provision.resources import Resource

FILES = ("index.html", "assets/app.js", "assets/fonts/a.woff2")


class Bucket:
    """An S3 client that remembers the keys that were put."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def put_object(self, **given: Any) -> None:
        self.keys.add(given["Key"])


@pytest.fixture(params=["folder", "archive"])
def asset(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder, archive = tmp_path / "site", tmp_path / "site.zip"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    with zipfile.ZipFile(archive, "w") as written:
        for name in FILES:
            written.write(folder / name, name)
    return folder if request.param == "folder" else archive


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, set(FILES)),
        ({"Exclude": ["assets/*"]}, {"index.html"}),
        ({"Exclude": ["*"], "Include": ["assets/*"]}, {"assets/app.js", "assets/fonts/a.woff2"}),
    ],
)
def test_only_files_that_pass_the_filters_are_uploaded(
    asset: Path, filters: dict[str, list[str]], expected: set[str]
) -> None:
    bucket = Bucket()
    clients = SimpleNamespace(acting_as=lambda _: lambda _service: bucket)
    context: Any = SimpleNamespace(
        client=clients,
        assets={"site.zip": asset},
        endpoint=Endpoint(port=4566),
        functions={"function": SimpleNamespace(role_arn="role")},
    )
    properties = {"DestinationBucketName": "b", "SourceObjectKeys": ["site.zip"], "ServiceToken": "function"}
    kind = "Custom::CDKBucketDeployment"
    resource = Resource(stack="s", logical_id="Site", type=kind, properties={**properties, **filters})
    CREATORS[kind](resource, context)
    assert bucket.keys == expected

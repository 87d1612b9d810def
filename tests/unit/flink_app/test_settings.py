"""Settings come from the property groups that Managed Flink writes to a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from flink_app.settings import MissingPropertyError, Settings
from paths import ROOT

NEEDED = {
    "aws.region": "eu-central-1",
    "signals.stream.name": "signals",
    "moments.topic.arn": "arn:aws:sns:eu-central-1:123456789012:moments",
    "dead.letters.queue.url": "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters",
}


def groups(**more: str) -> list[dict[str, Any]]:
    properties = {**NEEDED, **{name.replace("_", "."): value for name, value in more.items()}}
    return [{"PropertyGroupId": "touchline", "PropertyMap": properties}]


def test_the_needed_properties_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "application_properties.json"
    path.write_text(json.dumps(groups()))
    settings = Settings.read(path)
    assert settings.signals_stream_name == "signals"
    assert settings.allowed_lateness_seconds == 120
    assert settings.polling_interval_milliseconds == 250
    assert settings.endpoint_url is None
    assert settings.flink == {}


def test_what_is_tuned_is_read() -> None:
    settings = Settings.from_groups(
        [
            *groups(allowed_lateness_seconds="30.5", aws_endpoint="http://127.0.0.1:4566"),
            {"PropertyGroupId": "touchline.flink", "PropertyMap": {"parallelism.default": "2"}},
        ]
    )
    assert settings.allowed_lateness_seconds == 30.5
    assert settings.endpoint_url == "http://127.0.0.1:4566"
    assert settings.flink == {"parallelism.default": "2"}


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_a_missing_property_is_named(missing: str) -> None:
    properties = {name: value for name, value in NEEDED.items() if name != missing}
    with pytest.raises(MissingPropertyError, match=missing):
        Settings.from_groups([{"PropertyGroupId": "touchline", "PropertyMap": properties}])


def test_a_missing_group_is_named() -> None:
    with pytest.raises(MissingPropertyError, match="'touchline'"):
        Settings.from_groups([])


def test_the_example_properties_are_complete() -> None:
    example = ROOT / "flink_app" / "application_properties.json"
    assert Settings.read(example).signals_stream_name

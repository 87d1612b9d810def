"""Settings come from the property groups of the application."""

import json
from pathlib import Path

import pytest

from domain.errors import InvalidFieldError
from flink_app.settings import Settings
from paths import ROOT

REQUIRED = {
    "aws.region": "eu-central-1",
    "signals.stream.name": "signals",
    "moments.topic.arn": "arn:aws:sns:eu-central-1:123456789012:moments",
    "dead.letters.queue.url": "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters",
}


def settings_with(**more: str) -> Settings:
    properties = {**REQUIRED, **{name.replace("_", "."): value for name, value in more.items()}}
    return Settings.from_groups({"touchline": properties})


def test_the_required_properties_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "application_properties.json"
    path.write_text(json.dumps([{"PropertyGroupId": "touchline", "PropertyMap": REQUIRED}]))
    settings = Settings.read(path)
    assert settings.signals_stream_name == "signals"
    assert settings.allowed_lateness_seconds == 120
    assert settings.polling_interval_milliseconds == 334
    assert settings.endpoint_url is None


def test_optional_properties_are_read() -> None:
    settings = settings_with(allowed_lateness_seconds="30.5", aws_endpoint="http://127.0.0.1:4566")
    assert settings.allowed_lateness_seconds == 30.5
    assert settings.endpoint_url == "http://127.0.0.1:4566"


@pytest.mark.parametrize("missing", sorted(REQUIRED))
def test_a_missing_property_is_named(missing: str) -> None:
    properties = {name: value for name, value in REQUIRED.items() if name != missing}
    with pytest.raises(InvalidFieldError, match=rf"touchline\.{missing}: expected a value, got None"):
        Settings.from_groups({"touchline": properties})


def test_a_property_of_a_missing_group_is_named() -> None:
    with pytest.raises(InvalidFieldError, match="touchline"):
        Settings.from_groups({})


def test_an_invalid_number_is_named() -> None:
    with pytest.raises(InvalidFieldError, match=r"touchline\.allowed\.lateness\.seconds: expected a number"):
        settings_with(allowed_lateness_seconds="soon")


def test_the_example_properties_are_complete() -> None:
    example = ROOT / "flink_app" / "application_properties.json"
    assert Settings.read(example).signals_stream_name

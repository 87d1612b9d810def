"""The detection rules of a stage are validated at synthesis."""

import pytest

from stacks.config import FlinkConfig
from stacks.config.flink import MAX_PROPERTY_CHARACTERS
from stacks.errors import StageConfigError


def config(rules: str) -> FlinkConfig:
    return FlinkConfig(parallelism=1, snapshots=False, alarm_when_stopped=False, detection_rules=rules)


def test_an_invalid_rule_fails_the_synthesis_and_names_its_field() -> None:
    with pytest.raises(StageConfigError) as caught:
        config('[{"kind": "comeback", "moment": "COMEBACK"}]')
    assert caught.value.field == "flink.detection_rules[0].threshold"


def test_rules_longer_than_a_property_are_rejected() -> None:
    with pytest.raises(StageConfigError, match=r"flink\.detection_rules"):
        config("[" + " " * MAX_PROPERTY_CHARACTERS + "]")
    assert config('[{"kind": "comeback", "moment": "COMEBACK", "threshold": 3}]').detection_rules

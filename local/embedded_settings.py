"""What the embedded engine is told: the same property group as the Flink application."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS
from domain.detection.rules import DEFAULT_RULES, Rule, rules_with_overrides
from domain.errors import InvalidFieldError

PROPERTY_GROUP = "touchline"
POLLING_SECONDS = 0.2
"""Kinesis allows five reads a second on each shard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedSettings:
    """Where signals come from and where moments and refused records go."""

    signals_stream_name: str
    moments_topic_arn: str
    dead_letters_queue_url: str
    allowed_lateness_seconds: float = DEFAULT_LATENESS_SECONDS
    polling_seconds: float = POLLING_SECONDS
    initial_position: str = "TRIM_HORIZON"
    rules: tuple[Rule, ...] = DEFAULT_RULES

    @staticmethod
    def from_properties(properties: Mapping[str, str]) -> "EmbeddedSettings":
        """Read the property map; raises InvalidFieldError that names a missing or a malformed property."""
        return EmbeddedSettings(
            signals_stream_name=_required(properties, "signals.stream.name"),
            moments_topic_arn=_required(properties, "moments.topic.arn"),
            dead_letters_queue_url=_required(properties, "dead.letters.queue.url"),
            allowed_lateness_seconds=_number(
                properties, "allowed.lateness.seconds", DEFAULT_LATENESS_SECONDS
            ),
            polling_seconds=_number(properties, "polling.interval.milliseconds", POLLING_SECONDS * 1000)
            / 1000,
            initial_position=properties.get("initial.position") or "TRIM_HORIZON",
            rules=rules_with_overrides(properties.get("detection.rules") or "[]"),
        )


def _required(properties: Mapping[str, str], name: str) -> str:
    if not properties.get(name):
        raise InvalidFieldError(f"{PROPERTY_GROUP}.{name}", "a value", properties.get(name))
    return properties[name]


def _number(properties: Mapping[str, str], name: str, default: float) -> float:
    value = properties.get(name)
    if not value:
        return default
    try:
        return float(value)
    except ValueError:
        raise InvalidFieldError(f"{PROPERTY_GROUP}.{name}", "a number", value) from None

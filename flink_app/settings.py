"""Settings of signal detection, from the property groups of the Flink application."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.detection.match_detector import DEFAULT_LATENESS_SECONDS
from domain.detection.rules import DEFAULT_RULES, Rule, rules_with_overrides
from domain.errors import InvalidFieldError

MANAGED_PROPERTIES_PATH = Path("/etc/flink/application_properties.json")
"""Where Managed Service for Apache Flink writes the property groups of the application."""
PROPERTIES_VARIABLE = "TOUCHLINE_FLINK_PROPERTIES"
"""The environment variable that names this file in a local mini-cluster."""

APPLICATION_GROUP = "touchline"

POLLING_MILLISECONDS = 334
"""Kinesis allows five reads per second and shard to all readers together. The application makes three of
them and `record_night` one; at the limit both would be refused now and then."""
IDLE_SECONDS = 30.0
INITIAL_POSITION = "TRIM_HORIZON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The stream to read, the topic and the queue to write to, and the treatment of time.

    `idle_seconds` is how long a shard without records holds back event time. `endpoint_url` is set in a local
    mini-cluster only.
    """

    region: str
    signals_stream_name: str
    moments_topic_arn: str
    dead_letters_queue_url: str
    allowed_lateness_seconds: float = DEFAULT_LATENESS_SECONDS
    idle_seconds: float = IDLE_SECONDS
    polling_interval_milliseconds: int = POLLING_MILLISECONDS
    initial_position: str = INITIAL_POSITION
    rules: tuple[Rule, ...] = DEFAULT_RULES
    endpoint_url: str | None = None

    @staticmethod
    def read(path: Path) -> "Settings":
        """Read the property groups from a file as the service writes it."""
        groups: Sequence[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return Settings.from_groups({group["PropertyGroupId"]: group["PropertyMap"] for group in groups})

    @staticmethod
    def from_groups(groups: Mapping[str, Mapping[str, str]]) -> "Settings":
        """Read property groups by id; raises InvalidFieldError that names a missing or invalid property."""
        properties = _Properties(groups.get(APPLICATION_GROUP, {}))
        return Settings(
            region=properties.required("aws.region"),
            signals_stream_name=properties.required("signals.stream.name"),
            moments_topic_arn=properties.required("moments.topic.arn"),
            dead_letters_queue_url=properties.required("dead.letters.queue.url"),
            allowed_lateness_seconds=properties.number("allowed.lateness.seconds", DEFAULT_LATENESS_SECONDS),
            idle_seconds=properties.number("idle.seconds", IDLE_SECONDS),
            polling_interval_milliseconds=round(
                properties.number("polling.interval.milliseconds", POLLING_MILLISECONDS)
            ),
            initial_position=properties.optional("initial.position") or INITIAL_POSITION,
            rules=rules_with_overrides(properties.optional("detection.rules") or "[]"),
            endpoint_url=properties.optional("aws.endpoint"),
        )


@dataclass(frozen=True, slots=True)
class _Properties:
    """The application's property group; an empty value counts as missing."""

    values: Mapping[str, str]

    def optional(self, name: str) -> str | None:
        return self.values.get(name) or None

    def required(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            raise InvalidFieldError(f"{APPLICATION_GROUP}.{name}", "a value", self.values.get(name))
        return value

    def number(self, name: str, default: float) -> float:
        value = self.optional(name)
        if value is None:
            return default
        try:
            return float(value)
        except ValueError:
            raise InvalidFieldError(f"{APPLICATION_GROUP}.{name}", "a number", value) from None

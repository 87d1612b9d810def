"""What the Flink application is told by its property groups, as Managed Flink hands them over."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.detection.rules import DEFAULT_RULES, Rule, rules_with_overrides

MANAGED_PROPERTIES_PATH = Path("/etc/flink/application_properties.json")
"""Where Managed Service for Apache Flink puts the property groups of the application."""

APPLICATION_GROUP = "touchline"
FLINK_GROUP = "touchline.flink"
"""Flink's own configuration: empty in Managed Flink, which brings its own; a local mini-cluster needs it."""

POLLING_MILLISECONDS = 250
"""Kinesis allows five reads a second of a shard to all who poll it together, and `record_night` makes one."""


class MissingPropertyError(Exception):
    """A property without which the application cannot start is not in its group."""

    def __init__(self, group: str, name: str) -> None:
        super().__init__(f"property group {group!r}: expected a value for {name!r}, got none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the application reads, where it publishes, and how it treats time.

    `endpoint_url` and `flink` are for a local mini-cluster; `idle_seconds` is how long a silent shard holds
    back event time.
    """

    region: str
    signals_stream_name: str
    moments_topic_arn: str
    dead_letters_queue_url: str
    allowed_lateness_seconds: float = 120.0
    idle_seconds: float = 30.0
    polling_interval_milliseconds: int = POLLING_MILLISECONDS
    initial_position: str = "TRIM_HORIZON"
    rules: tuple[Rule, ...] = DEFAULT_RULES
    endpoint_url: str | None = None
    flink: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> "Settings":
        """Read the property groups from the file in which the service puts them."""
        return Settings.from_groups(json.loads(path.read_text(encoding="utf-8")))

    @staticmethod
    def from_groups(groups: Sequence[Mapping[str, Any]]) -> "Settings":
        """Settings of the property groups; raises MissingPropertyError that names what is not there."""
        properties = {group["PropertyGroupId"]: group["PropertyMap"] for group in groups}
        own = _Group(APPLICATION_GROUP, properties.get(APPLICATION_GROUP, {}))
        return Settings(
            region=own.required("aws.region"),
            signals_stream_name=own.required("signals.stream.name"),
            moments_topic_arn=own.required("moments.topic.arn"),
            dead_letters_queue_url=own.required("dead.letters.queue.url"),
            allowed_lateness_seconds=float(own.optional("allowed.lateness.seconds", "120")),
            idle_seconds=float(own.optional("idle.seconds", "30")),
            polling_interval_milliseconds=int(
                own.optional("polling.interval.milliseconds", str(POLLING_MILLISECONDS))
            ),
            initial_position=own.optional("initial.position", "TRIM_HORIZON"),
            rules=rules_with_overrides(own.optional("detection.rules", "[]")),
            endpoint_url=own.optional("aws.endpoint", "") or None,
            flink=dict(properties.get(FLINK_GROUP, {})),
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """One property group, read by name."""

    name: str
    properties: Mapping[str, str]

    def required(self, key: str) -> str:
        value = self.properties.get(key)
        if not value:
            raise MissingPropertyError(self.name, key)
        return value

    def optional(self, key: str, default: str) -> str:
        return self.properties.get(key) or default

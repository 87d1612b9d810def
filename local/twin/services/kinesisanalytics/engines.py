"""Which engine runs a declared Flink application: the embedded one, or Flink in a mini-cluster."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.embedded_settings import PROPERTY_GROUP, EmbeddedSettings
from local.twin.clients import Clients
from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner
from local.twin.services.kinesisanalytics.service import MakeRunner, Runner

ENGINES = ("embedded", "flink")
SAFETY_SECONDS = 1.0
"""How often a stream is read that nobody said was written to."""


class UnknownEngineError(ValueError):
    """An engine that the twin does not have."""

    def __init__(self, engine: str) -> None:
        super().__init__(f"expected one of {', '.join(ENGINES)}, got {engine!r}")


class NoPackageError(ValueError):
    """An application whose code is no asset of the assembly."""

    def __init__(self, name: str) -> None:
        super().__init__(f"expected the code of {name} among the assembly's assets, found none")


def runner_maker(engine: str, *, clients: Clients, url: str, directory: Path) -> MakeRunner:
    """How applications are run by an engine; raises UnknownEngineError."""
    if engine not in ENGINES:
        raise UnknownEngineError(engine)

    def make(application: Application, wake: threading.Event) -> Runner:
        if engine == "flink":
            return _flink(application, url=url, directory=directory)
        return embedded(application, clients, wake)

    return make


def embedded(application: Application, clients: Any, wake: threading.Event) -> EmbeddedRunner:
    """The embedded engine with the application's own property group, but for the polling: it is woken."""
    told = EmbeddedSettings.from_properties(application.properties[PROPERTY_GROUP])
    settings = replace(told, polling_seconds=max(told.polling_seconds, SAFETY_SECONDS))
    return EmbeddedRunner(clients("kinesis"), clients("sns"), clients("sqs"), settings, wake=wake)


def _flink(application: Application, *, url: str, directory: Path) -> Runner:
    from local.twin.services.kinesisanalytics.flink_cluster import FlinkApplication
    from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner

    if application.package is None:
        raise NoPackageError(application.name)
    groups = [
        {"PropertyGroupId": name, "PropertyMap": properties}
        for name, properties in application.properties.items()
    ]
    return FlinkRunner(
        FlinkApplication(
            package=application.package,
            property_groups=groups,
            directory=directory / "flink",
            endpoint_url=url,
        )
    )

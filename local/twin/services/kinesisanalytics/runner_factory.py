"""Create the runner of a declared Flink application: the embedded engine, or Flink in a mini-cluster."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from flink_app.settings import Settings
from local.twin.permissions.caller import access_key_id
from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.embedded_runner import EmbeddedRunner
from local.twin.services.kinesisanalytics.running_application import MakeRunner, Runner

GuardedClients = Callable[[str, str], Any]
"""Returns the client of a service with the permissions of a role: the role's ARN, and the service."""

ENGINES = ("embedded", "flink")
FALLBACK_POLLING_MILLISECONDS = 1_000
"""How often the embedded engine polls its stream; the twin wakes it when records are written."""


class UnknownEngineError(ValueError):
    """The engine does not exist."""

    def __init__(self, engine: str) -> None:
        super().__init__(f"engine: expected one of {', '.join(ENGINES)}, got {engine!r}")


class MissingPackageError(ValueError):
    """The code of an application is not among the assets of the assembly."""

    def __init__(self, name: str) -> None:
        super().__init__(f"expected the code of {name} among the assembly's assets, found none")


def runner_maker(engine: str, *, clients: GuardedClients, url: str, directory: Path) -> MakeRunner:
    """Return the function that creates runners of an engine; raises UnknownEngineError."""
    if engine not in ENGINES:
        raise UnknownEngineError(engine)

    def make(application: Application, wake: threading.Event) -> Runner:
        if engine == "flink":
            return _flink(application, url=url, directory=directory)
        return embedded(application, partial(clients, application.role_arn), wake)

    return make


def embedded(application: Application, clients: Any, wake: threading.Event) -> EmbeddedRunner:
    """Create the embedded engine with the application's property group; only the polling is slower."""
    declared = Settings.from_groups(application.properties)
    polling = max(declared.polling_interval_milliseconds, FALLBACK_POLLING_MILLISECONDS)
    settings = replace(declared, polling_interval_milliseconds=polling)
    return EmbeddedRunner(clients("kinesis"), clients("sns"), clients("sqs"), settings, wake=wake)


def _flink(application: Application, *, url: str, directory: Path) -> Runner:
    from local.twin.services.kinesisanalytics.flink_cluster import FlinkApplication
    from local.twin.services.kinesisanalytics.flink_runner import FlinkRunner

    if application.package is None:
        raise MissingPackageError(application.name)
    return FlinkRunner(
        FlinkApplication(
            package=application.package,
            property_groups=application.properties,
            directory=directory / "flink",
            endpoint_url=url,
            access_key_id=access_key_id(application.role_arn),
        )
    )

"""One run of an application: its engine in a thread."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from local.twin.services.kinesisanalytics.application import Application

END_SECONDS = 30.0
_LOG = logging.getLogger(__name__)


class Runner(Protocol):
    """An engine that runs an application until it is stopped."""

    @property
    def counts(self) -> Counter[str]:
        """The application's counters."""
        ...

    def run(self, stop: threading.Event) -> None:
        """Run until the event is set."""
        ...


MakeRunner = Callable[[Application, threading.Event], Runner]


class RunningApplication:
    """Runs an application from its creation until `end`."""

    def __init__(self, application: Application, make: MakeRunner) -> None:
        self._values = {value for group in application.properties.values() for value in group.values()}
        self._stop = threading.Event()
        self.failure: str | None = None
        self.wake = threading.Event()
        self.runner = make(application, self.wake)
        self.thread = threading.Thread(target=self._run, name=application.name, daemon=True)
        self.thread.start()

    @property
    def consuming(self) -> bool:
        """True if the engine reads its stream; an engine without that information reads it from the start."""
        event: threading.Event | None = getattr(self.runner, "consuming", None)
        return self.thread.is_alive() and (event is None or event.is_set())

    def reads(self, source: str) -> bool:
        """Return True if the application's properties name this stream, given by its ARN."""
        return source.rpartition("/")[2] in self._values

    def end(self) -> None:
        """Stop the engine and wait for its end."""
        self._stop.set()
        self.wake.set()
        self.thread.join(END_SECONDS)

    def _run(self) -> None:
        try:
            self.runner.run(self._stop)
        except Exception as error:  # noqa: BLE001 - any failure of an engine ends its run, not the twin
            self.failure = f"{type(error).__name__}: {error}"
            _LOG.exception("the engine of an application failed")

"""An application is wait_for_trigger by what is written to its own stream."""

import asyncio
import threading
from collections import Counter

import pytest

from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.service import Applications

STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/signals"
WAITS_SECONDS = 5.0


class Sleeper:
    """A runner that says whether it was wait_for_trigger before it was stopped."""

    def __init__(self, wake: threading.Event) -> None:
        self.wake = wake
        self.counts: Counter[str] = Counter()

    def run(self, stop: threading.Event) -> None:
        stop.wait()


@pytest.mark.parametrize(
    ("source", "is_woken"),
    [
        (STREAM, True),
        (STREAM.replace("signals", "interactions"), False),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/connections/stream/2026-06-11T19:00:00.000", False),
        ("arn:aws:sqs:eu-west-1:123456789012:signals", False),
    ],
)
def test_an_application_is_woken_by_its_own_stream_alone(source: str, is_woken: bool) -> None:
    runners: list[Sleeper] = []

    def make(_: Application, wake: threading.Event) -> Sleeper:
        runners.append(Sleeper(wake))
        return runners[0]

    async def live() -> bool:
        applications = Applications(make)
        properties = {"touchline": {"signals.stream.name": "signals"}}
        applications.put_application(Application(name="detector", arn="arn", properties=properties))
        await applications.start("detector")
        applications.wake(source)
        wait_for_trigger = runners[0].wake.is_set()
        await applications.close()
        return wait_for_trigger

    assert asyncio.run(asyncio.wait_for(live(), WAITS_SECONDS)) is is_woken

"""The publisher against an HTTP server that stands for an Event API."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from awscrt.auth import AwsCredentialsProvider

from domain.packed_event import unpack
from domain.post_outcome import PostOutcome
from lambdas.adapters.crt_publisher import CrtChannelPublisher
from lambdas.handlers.composition.clock import now
from lambdas.logic.paced_poster import PacedOutcome, PacedPoster, UnlimitedBudget

FAILED = {"failed": [{"identifier": "x", "index": 0, "code": 500, "message": "try again"}], "successful": []}
ACCEPTED = {"failed": [], "successful": [{"identifier": "x", "index": 0}]}


class EventApi(ThreadingHTTPServer):
    """Answers each channel with its scripted statuses and bodies in turn, then accepts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.scripts: dict[str, list[tuple[int, object]]] = {}
        self.requests: list[dict[str, Any]] = []
        self.paths: set[str] = set()
        self.headers: dict[str, str] = {}
        self.lock = threading.Lock()


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EventApi

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.requests.append(request)
            self.server.paths.add(self.path)
            self.server.headers = dict(self.headers.items())
            script = self.server.scripts.get(request["channel"], [])
            status, answer = script.pop(0) if script else (200, ACCEPTED)
        body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Do not log requests."""


@pytest.fixture
def api() -> Iterator[EventApi]:
    api = EventApi()
    thread = threading.Thread(target=api.serve_forever, args=(0.01,))
    thread.start()
    yield api
    api.shutdown()
    thread.join()
    api.server_close()


def a_publisher(api: EventApi) -> CrtChannelPublisher:
    return CrtChannelPublisher(
        endpoint=f"http://127.0.0.1:{api.server_address[1]}/event",
        region="eu-west-1",
        pause=lambda _attempt: 0.01,
        credentials=AwsCredentialsProvider.new_static("key", "secret", "session"),
    )


def publish(api: EventApi, *addresses: str) -> PostOutcome:
    """Publish once to each address."""
    messages = [(address, f'{{"to":"{address}","text":"\u00e9"}}'.encode()) for address in addresses]
    return a_publisher(api).post(messages, time_limit=timedelta(seconds=30))


def publish_paced(api: EventApi, *addresses: str) -> PacedOutcome:
    """Publish as the delivery to audiences does."""
    paced = PacedPoster(
        poster=a_publisher(api), budget=UnlimitedBudget(), clock=now, sleep=time.sleep, max_refusals=None
    )
    deadline = now() + timedelta(seconds=30)
    return paced.post(addresses, lambda batch: [(one, b"{}") for one in batch], deadline=deadline)


def test_each_message_is_one_signed_event_on_its_channel(api: EventApi) -> None:
    addresses = [f"address-{number}" for number in range(20)]
    outcome = publish(api, *addresses)
    assert sorted(outcome.sent) == sorted(addresses)
    assert api.paths == {"/event"}
    by_channel = {request["channel"]: request["events"] for request in api.requests}
    assert {channel: [unpack(event) for event in events] for channel, events in by_channel.items()} == {
        f"/touchline/{address}": [f'{{"to":"{address}","text":"\u00e9"}}'.encode()] for address in addresses
    }
    assert "/eu-west-1/appsync/aws4_request" in api.headers["Authorization"]
    assert api.headers["content-type"] == "application/json"


@pytest.mark.parametrize("answer", [(200, FAILED), (200, "not JSON"), (200, []), (500, ""), (403, "")])
def test_an_event_that_failed_is_published_again(api: EventApi, answer: tuple[int, object]) -> None:
    api.scripts["/touchline/a"] = [answer]
    outcome = publish_paced(api, "a", "b")
    assert sorted(outcome.sent) == ["a", "b"]
    assert outcome.retried == 1


def test_an_event_that_fails_despite_retries_is_reported_and_its_neighbour_is_not_affected(
    api: EventApi,
) -> None:
    api.scripts["/touchline/a"] = [(200, FAILED)] * 9
    outcome = publish_paced(api, "a", "b")
    assert (outcome.failed, outcome.sent) == (["a"], ["b"])


def test_a_request_that_is_never_accepted_is_not_repeated(api: EventApi) -> None:
    api.scripts["/touchline/a"] = [(400, {"errors": []})]
    assert publish(api, "a").failed == ["a"]
    assert len(api.requests) == 1


def test_a_throttled_publish_is_no_attempt(api: EventApi) -> None:
    api.scripts["/touchline/a"] = [(429, {"errors": [{"errorType": "TooManyRequestsException"}]})]
    outcome = publish(api, "a")
    assert (outcome.throttled, outcome.retried) == (["a"], 0)

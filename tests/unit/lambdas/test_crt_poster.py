"""The poster against an HTTP server that stands for `@connections`."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from awscrt.auth import AwsCredentialsProvider

from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.handlers.composition.clock import now
from lambdas.logic.paced_poster import PacedPoster, UnlimitedBudget


class Connections(ThreadingHTTPServer):
    """Answers each connection with its scripted statuses in turn, then 200; 0 closes the connection."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.scripts: dict[str, list[int]] = {}
        self.got: Counter[str] = Counter()
        self.bodies: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.retry_after: str | None = None
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Do not print connection errors, which the tests provoke."""


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Connections

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        connection_id = unquote(self.path.rsplit("/", 1)[1])
        with self.server.lock:
            self.server.got[connection_id] += 1
            self.server.bodies[connection_id] = body
            self.server.headers = dict(self.headers.items())
            script = self.server.scripts.get(connection_id, [])
            status = script.pop(0) if script else 200
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-length", "0")
        if status == 429 and self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Do not log requests."""


@pytest.fixture
def server() -> Iterator[Connections]:
    server = Connections()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def poster(server: Connections, **changes: object) -> CrtConnectionPoster:
    return CrtConnectionPoster(
        **{
            "endpoint": f"http://127.0.0.1:{server.server_address[1]}/_aws/execute-api/api/live",
            "region": "eu-west-1",
            "concurrency": 8,
            "pause": lambda attempt: 0.01,
            "credentials": AwsCredentialsProvider.new_static("key", "secret", "session"),
            **changes,
        }
    )


def test_each_connection_gets_its_signed_message_once(server: Connections) -> None:
    messages = [(f"id-{number}=", f'{{"number":{number % 3}}}'.encode()) for number in range(200)]
    report = poster(server).post(messages)
    assert sorted(report.sent) == sorted(connection_id for connection_id, _ in messages)
    assert server.got == Counter(connection_id for connection_id, _ in messages)
    assert server.bodies == dict(messages)
    authorization = server.headers["Authorization"]
    assert "/eu-west-1/execute-api/aws4_request" in authorization
    assert server.headers["X-Amz-Security-Token"] == "session"


def test_a_closed_connection_is_reported_without_a_retry(server: Connections) -> None:
    server.scripts = {"b": [410]}
    report = poster(server).post([("a", b"{}"), ("b", b"{}"), ("c", b"{}")])
    assert (sorted(report.sent), report.gone, report.failed) == (["a", "c"], ["b"], [])
    assert server.got["b"] == 1


@pytest.mark.parametrize("status", [500, 503, 0])
def test_a_transient_failure_is_retried(server: Connections, status: int) -> None:
    server.scripts = {"a": [status, status]}
    report = poster(server).post([("a", b"{}"), ("b", b"{}")])
    assert sorted(report.sent) == ["a", "b"]
    assert report.retried == 2
    assert server.got == {"a": 3, "b": 1}


def test_a_throttled_post_is_no_attempt_and_is_reported_with_the_pause_that_the_gateway_asks_for(
    server: Connections,
) -> None:
    server.scripts = {"a": [429]}
    server.retry_after = "3"
    report = poster(server).post([("a", b"{}"), ("b", b"{}")])
    assert (report.sent, report.throttled, report.failed) == (["b"], ["a"], [])
    assert (report.retried, report.retry_after_seconds) == (0, 3)
    assert server.got["a"] == 1


def test_a_batch_that_is_throttled_ends_and_the_rest_is_not_sent(server: Connections) -> None:
    ids = [f"id-{number}" for number in range(100)]
    server.scripts = {connection_id: [429] for connection_id in ids}
    report = poster(server, concurrency=4).post([(connection_id, b"{}") for connection_id in ids])
    assert sorted(report.throttled + report.unsent) == sorted(ids)
    assert server.got.total() == len(report.throttled) <= 2 + 4


def test_a_throttled_post_is_sent_when_the_rate_allows_it(server: Connections) -> None:
    # GIVEN connections whose posts are throttled twice
    ids = [f"id-{number}" for number in range(20)]
    server.scripts = {connection_id: [429, 429] for connection_id in ids[:5]}
    paced = PacedPoster(poster=poster(server), budget=UnlimitedBudget(), clock=now, sleep=time.sleep)
    # WHEN they are posted to with a deadline
    outcome = paced.post(
        ids, lambda batch: [(one, b"{}") for one in batch], deadline=now() + timedelta(seconds=20)
    )
    # THEN each has its message
    assert sorted(outcome.sent) == sorted(ids)
    assert outcome.throttled == 10


def test_a_permanent_failure_is_reported_after_all_attempts(server: Connections) -> None:
    server.scripts = {"a": [503] * 9}
    report = poster(server, attempts=3).post([("a", b"{}"), ("b", b"{}")])
    assert (report.sent, report.failed) == (["b"], ["a"])
    assert server.got["a"] == 3


def test_a_message_that_is_too_large_is_not_retried(server: Connections) -> None:
    server.scripts = {"a": [413]}
    assert poster(server).post([("a", b"{}")]).failed == ["a"]
    assert server.got["a"] == 1


def test_an_unreachable_endpoint_fails_every_post(server: Connections) -> None:
    unreachable = poster(server, endpoint="http://127.0.0.1:9/live", attempts=2)
    assert sorted(unreachable.post([("a", b"{}"), ("b", b"{}")]).failed) == ["a", "b"]


def test_an_empty_batch_opens_no_connection(server: Connections) -> None:
    assert poster(server).post([]).sent == []


def test_http_connections_are_kept_for_the_next_batch(server: Connections) -> None:
    post = poster(server, concurrency=2)
    post.post([("a", b"{}"), ("b", b"{}")])
    kept = len(post.idle)
    post.post([("c", b"{}")])
    assert 1 <= len(post.idle) <= kept <= 2

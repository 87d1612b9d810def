"""The poster against an HTTP server that stands for `@connections`."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from awscrt.auth import AwsCredentialsProvider

from domain.post_outcome import PostOutcome
from lambdas.adapters.crt_poster import CrtConnectionPoster
from lambdas.handlers.composition.clock import now
from lambdas.logic.paced_poster import MAX_ATTEMPTS, PacedOutcome, PacedPoster, UnlimitedBudget

HANG_UP, NEVER = 0, -1
NEVER_SECONDS = 10.0
"""How long an answer that never comes is waited for, at most."""
SOON_SECONDS = NEVER_SECONDS / 2
"""A poster that waits for one such answer takes twice as long as this; a busy machine does not."""


class Connections(ThreadingHTTPServer):
    """Answers each connection with its scripted statuses in turn, then 200.

    HANG_UP closes the connection, and NEVER keeps it open without an answer.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.scripts: dict[str, list[int]] = {}
        self.got: Counter[str] = Counter()
        self.bodies: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.retry_after: str | None = None
        self.lock = threading.Lock()
        self.closing = threading.Event()

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
        if status in (HANG_UP, NEVER):
            self.close_connection = True
            if status == NEVER:
                self.server.closing.wait(NEVER_SECONDS)
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
    server.closing.set()
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


def post(
    poster: CrtConnectionPoster, messages: Sequence[tuple[str, bytes]], *, seconds: float = 30
) -> PostOutcome:
    return poster.post(messages, time_limit=timedelta(seconds=seconds))


def post_paced(poster: CrtConnectionPoster, connection_ids: Sequence[str]) -> PacedOutcome:
    """Post as the dispatch does."""
    paced = PacedPoster(poster=poster, budget=UnlimitedBudget(), clock=now, sleep=time.sleep)
    deadline = now() + timedelta(seconds=30)
    return paced.post(connection_ids, lambda batch: [(one, b"{}") for one in batch], deadline=deadline)


def test_each_connection_gets_its_signed_message_once(server: Connections) -> None:
    messages = [(f"id-{number}=", f'{{"number":{number % 3}}}'.encode()) for number in range(200)]
    report = post(poster(server), messages)
    assert sorted(report.sent) == sorted(connection_id for connection_id, _ in messages)
    assert server.got == Counter(connection_id for connection_id, _ in messages)
    assert server.bodies == dict(messages)
    authorization = server.headers["Authorization"]
    assert "/eu-west-1/execute-api/aws4_request" in authorization
    assert server.headers["X-Amz-Security-Token"] == "session"


def test_a_closed_connection_is_reported_without_a_retry(server: Connections) -> None:
    server.scripts = {"b": [410]}
    report = post(poster(server), [("a", b"{}"), ("b", b"{}"), ("c", b"{}")])
    assert (sorted(report.sent), report.gone, report.failed) == (["a", "c"], ["b"], [])
    assert server.got["b"] == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_is_left_to_the_caller(server: Connections, status: int) -> None:
    server.scripts = {"a": [status]}
    report = post(poster(server), [("a", b"{}"), ("b", b"{}")])
    assert (report.sent, report.unreached, report.failed, report.retried) == (["b"], ["a"], [], 0)
    assert server.got == {"a": 1, "b": 1}


def test_a_post_whose_http_connection_breaks_is_sent_once_more(server: Connections) -> None:
    server.scripts = {"a": [HANG_UP], "b": [HANG_UP] * 9}
    report = post(poster(server), [("a", b"{}"), ("b", b"{}")])
    assert (report.sent, report.unreached, report.retried) == (["a"], ["b"], 2)
    assert server.got == {"a": 2, "b": 2}


@pytest.mark.parametrize("status", [500, 503, HANG_UP])
def test_a_transient_failure_is_tried_again_by_the_paced_poster(server: Connections, status: int) -> None:
    server.scripts = {"a": [status, status]}
    outcome = post_paced(poster(server), ["a", "b"])
    assert sorted(outcome.sent) == ["a", "b"]
    assert outcome.retried == 2
    assert server.got == {"a": 3, "b": 1}


def test_a_throttled_post_is_no_attempt_and_is_reported_with_the_pause_that_the_gateway_asks_for(
    server: Connections,
) -> None:
    server.scripts = {"a": [429]}
    server.retry_after = "3"
    report = post(poster(server), [("a", b"{}"), ("b", b"{}")])
    assert (report.sent, report.throttled, report.failed) == (["b"], ["a"], [])
    assert (report.retried, report.retry_after_seconds) == (0, 3)
    assert server.got["a"] == 1


def test_a_batch_that_is_throttled_ends_and_the_rest_is_not_sent(server: Connections) -> None:
    ids = [f"id-{number}" for number in range(100)]
    server.scripts = {connection_id: [429] for connection_id in ids}
    report = post(poster(server, concurrency=4), [(connection_id, b"{}") for connection_id in ids])
    assert sorted(report.throttled + report.unsent) == sorted(ids)
    assert server.got.total() == len(report.throttled) <= 2 + 4


def test_a_throttled_post_is_sent_when_the_rate_allows_it(server: Connections) -> None:
    # GIVEN connections whose posts are throttled twice
    ids = [f"id-{number}" for number in range(20)]
    server.scripts = {connection_id: [429, 429] for connection_id in ids[:5]}
    # WHEN they are posted to with a deadline
    outcome = post_paced(poster(server), ids)
    # THEN each has its message
    assert sorted(outcome.sent) == sorted(ids)
    assert outcome.throttled == 10


def test_a_permanent_failure_is_reported_after_all_attempts(server: Connections) -> None:
    server.scripts = {"a": [503] * 9}
    outcome = post_paced(poster(server), ["a", "b"])
    assert (outcome.sent, outcome.failed, outcome.retried) == (["b"], ["a"], MAX_ATTEMPTS - 1)
    assert server.got["a"] == MAX_ATTEMPTS


def test_a_message_that_is_too_large_is_not_retried(server: Connections) -> None:
    server.scripts = {"a": [413]}
    assert post(poster(server), [("a", b"{}")]).failed == ["a"]
    assert server.got["a"] == 1


def test_an_unreachable_endpoint_fails_every_post(server: Connections) -> None:
    unreachable = poster(server, endpoint="http://127.0.0.1:9/live")
    assert sorted(post(unreachable, [("a", b"{}"), ("b", b"{}")]).unreached) == ["a", "b"]


def test_an_empty_batch_opens_no_connection(server: Connections) -> None:
    assert post(poster(server), []).sent == []


def test_http_connections_are_kept_for_the_next_batch(server: Connections) -> None:
    two_at_once = poster(server, concurrency=2)
    post(two_at_once, [("a", b"{}"), ("b", b"{}")])
    kept = len(two_at_once.idle)
    post(two_at_once, [("c", b"{}")])
    assert 1 <= len(two_at_once.idle) <= kept <= 2


def test_a_post_that_is_not_answered_in_time_is_sent_again(server: Connections) -> None:
    server.scripts = {"a": [NEVER]}
    report = post(poster(server, request_seconds=2), [("a", b"{}"), ("b", b"{}")])
    assert (sorted(report.sent), report.retried) == (["a", "b"], 1)
    assert server.got == {"a": 2, "b": 1}


def test_a_gateway_that_never_answers_holds_nobody_beyond_the_time_limit(server: Connections) -> None:
    # GIVEN a gateway that accepts requests and answers none
    ids = [f"id-{number}" for number in range(100)]
    server.scripts = {connection_id: [NEVER] * 9 for connection_id in ids}
    # WHEN posts have a second
    started = time.monotonic()
    report = post(
        poster(server, request_seconds=0.4, pause=lambda attempt: 0.3),
        [(connection_id, b"{}") for connection_id in ids],
        seconds=1,
    )
    # THEN each has a result soon after: those that may have arrived failed, the others were not sent
    assert time.monotonic() - started < 1 + SOON_SECONDS
    assert sorted(report.failed + report.unsent) == sorted(ids)
    assert set(server.got) <= set(report.failed)
    assert report.unsent


def test_viewers_of_a_gateway_that_never_answers_are_owed_at_the_deadline(server: Connections) -> None:
    # GIVEN a gateway that answers every other connection
    ids = [f"id-{number}" for number in range(20)]
    server.scripts = {connection_id: [NEVER] * 9 for connection_id in ids[::2]}
    hanging = poster(server, request_seconds=0.4)
    paced = PacedPoster(poster=hanging, budget=UnlimitedBudget(), clock=now, sleep=time.sleep)
    # WHEN they are posted to until a deadline
    deadline = now() + timedelta(seconds=3)
    outcome = paced.post(ids, lambda batch: [(one, b"{}") for one in batch], deadline=deadline)
    # THEN the poster stops at it and says who does not have the message
    assert now() < deadline + timedelta(seconds=SOON_SECONDS)
    assert sorted(outcome.sent) == sorted(ids[1::2])
    assert sorted(outcome.failed + outcome.owed) == sorted(ids[::2])
    # AND the same poster serves them when the gateway answers again
    server.scripts = {}
    later = now() + timedelta(seconds=20)
    assert sorted(
        paced.post(ids[::2], lambda batch: [(one, b"{}") for one in batch], deadline=later).sent
    ) == sorted(ids[::2])

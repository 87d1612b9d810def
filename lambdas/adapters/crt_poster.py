"""Posts to WebSocket connections through the AWS Common Runtime: HTTP and SigV4 in C, concurrently.

A batch of posts uses a bounded number of HTTP connections; each sends its next request when the previous one
is answered. The calling thread releases retries when their pause is over, and closes requests that time out.
A second throttled post ends the batch: what has not been sent by then is reported as unsent.
"""

import hashlib
import heapq
import io
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from awscrt import auth, http
from awscrt import io as crt_io

from domain.post_outcome import PostOutcome
from lambdas.adapters.retry import jittered_pause

ATTEMPTS = 5
REQUEST_SECONDS = 5.0
TICK_SECONDS = 0.5
GONE = 410
THROTTLED = 429
MAX_THROTTLED = 2
"""A batch ends with this many throttled posts; a single one is due to a client that does not read."""
NEVER_ACCEPTED = frozenset({400, 413})


@dataclass(slots=True)
class Post:
    """One message to one connection, and the number of attempts so far."""

    connection_id: str
    body: bytes
    attempts: int = 0


class CrtConnectionPoster:
    """Posts messages; retries 5xx and connection errors with full jitter; 410 means gone, 429 throttled."""

    def __init__(
        self,
        *,
        endpoint: str,
        region: str,
        concurrency: int = 64,
        attempts: int = ATTEMPTS,
        request_seconds: float = REQUEST_SECONDS,
        pause: Callable[[int], float] = jittered_pause,
        credentials: Any = None,
    ) -> None:
        parts = urlsplit(endpoint)
        self.secure = parts.scheme in ("https", "wss")
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.secure else 80)
        self.authority = parts.netloc
        self.base_path = parts.path.rstrip("/")
        self.region = region
        self.concurrency = concurrency
        self.attempts = attempts
        self.request_seconds = request_seconds
        self.pause = pause
        group = crt_io.EventLoopGroup(1)
        self.bootstrap = crt_io.ClientBootstrap(group, crt_io.DefaultHostResolver(group))
        self.credentials = credentials or auth.AwsCredentialsProvider.new_default_chain(self.bootstrap)
        self.tls = crt_io.ClientTlsContext(crt_io.TlsContextOptions()) if self.secure else None
        self.idle: deque[Any] = deque()

    def post(self, messages: Iterable[tuple[str, bytes]]) -> PostOutcome:
        """Post each message to its connection; return when each has its result."""
        return _Batch(self, [Post(connection_id, body) for connection_id, body in messages]).run()

    def connect(self) -> "Future[Any]":
        """Open an HTTP connection to the endpoint."""
        options = None
        if self.tls is not None:
            options = self.tls.new_connection_options()
            options.set_server_name(self.host)
        connected: Future[Any] = http.HttpClientConnection.new(
            self.host, self.port, bootstrap=self.bootstrap, tls_connection_options=options
        )
        return connected


class _Batch:
    """One call of `post`: waiting posts, requests in flight, and results."""

    def __init__(self, poster: CrtConnectionPoster, posts: list[Post]) -> None:
        self._poster = poster
        self._ready = deque(posts)
        self._retries: list[tuple[float, int, Post]] = []
        self._unfinished = len(posts)
        self._active = 0
        self._in_flight: dict[int, tuple[float, Any]] = {}
        self._report = PostOutcome()
        self._condition = threading.Condition()
        self._configs: dict[bytes, Any] = {}
        self._configs_since = time.monotonic()

    def run(self) -> PostOutcome:
        while True:
            with self._condition:
                if self._unfinished == 0:
                    return self._report
                self._release_due()
                wanted = min(len(self._ready), self._poster.concurrency - self._active)
                self._active += max(0, wanted)
                timed_out = self._timed_out()
            for _ in range(wanted):
                self._post_next(self._poster.idle.popleft() if self._poster.idle else None)
            for connection in timed_out:
                connection.close()
            with self._condition:
                if self._unfinished and not (self._ready and self._active < self._poster.concurrency):
                    self._condition.wait(self._wait_seconds())

    def _wait_seconds(self) -> float:
        if not self._retries:
            return TICK_SECONDS
        return min(TICK_SECONDS, max(0.001, self._retries[0][0] - time.monotonic()))

    def _release_due(self) -> None:
        now = time.monotonic()
        while self._retries and self._retries[0][0] <= now:
            self._ready.append(heapq.heappop(self._retries)[2])

    def _timed_out(self) -> list[Any]:
        limit = time.monotonic() - self._poster.request_seconds
        # Copy in one step: the event loop's thread adds and removes requests concurrently.
        return [connection for since, connection in list(self._in_flight.values()) if since < limit]

    def _post_next(self, connection: Any) -> None:
        """Start the next post on this connection; if there is none, keep the connection for later."""
        with self._condition:
            if not self._ready:
                self._active -= 1
                if connection is not None and connection.is_open():
                    self._poster.idle.append(connection)
                self._condition.notify()
                return
            post = self._ready.popleft()
        if connection is not None and connection.is_open():
            self._sign(connection, post)
            return
        self._poster.connect().add_done_callback(lambda connected: self._on_connected(connected, post))

    def _on_connected(self, connected: "Future[Any]", post: Post) -> None:
        if connected.exception() is not None:
            self._retry(post)
            self._post_next(None)
            return
        self._sign(connected.result(), post)

    def _sign(self, connection: Any, post: Post) -> None:
        headers = http.HttpHeaders(
            [("host", self._poster.authority), ("content-length", str(len(post.body)))]
        )
        path = f"{self._poster.base_path}/@connections/{quote(post.connection_id, safe='')}"
        request = http.HttpRequest("POST", path, headers, io.BytesIO(post.body))
        signed = auth.aws_sign_request(request, self._signing_config(post.body))
        signed.add_done_callback(lambda done: self._on_signed(done, connection, post))

    def _signing_config(self, body: bytes) -> Any:
        """Return the signing configuration of a body; its hash is computed once for all recipients."""
        if time.monotonic() - self._configs_since > 60:
            self._configs.clear()
            self._configs_since = time.monotonic()
        config = self._configs.get(body)
        if config is None:
            config = self._configs[body] = auth.AwsSigningConfig(
                algorithm=auth.AwsSigningAlgorithm.V4,
                signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
                credentials_provider=self._poster.credentials,
                region=self._poster.region,
                service="execute-api",
                signed_body_value=hashlib.sha256(body).hexdigest(),
            )
        return config

    def _on_signed(self, signed: "Future[Any]", connection: Any, post: Post) -> None:
        if signed.exception() is not None:
            self._retry(post)
            self._post_next(connection)
            return
        try:
            stream = connection.request(signed.result(), self._on_headers)
            stream.completion_future.add_done_callback(lambda done: self._on_answer(done, connection, post))
            self._in_flight[id(post)] = (time.monotonic(), connection)
            stream.activate()
        except RuntimeError:
            self._in_flight.pop(id(post), None)
            self._retry(post)
            self._post_next(None)

    def _on_headers(self, *, status_code: int, headers: list[tuple[str, str]], **_: Any) -> None:
        if status_code == THROTTLED:
            self._report.retry_after_seconds = max(self._report.retry_after_seconds, _retry_after(headers))

    def _on_answer(self, answered: "Future[int]", connection: Any, post: Post) -> None:
        self._in_flight.pop(id(post), None)
        if answered.exception() is not None:
            connection.close()
            self._retry(post)
            self._post_next(None)
            return
        status = answered.result()
        if status < 300:
            self._finish(self._report.sent, post)
        elif status == GONE:
            self._finish(self._report.gone, post)
        elif status == THROTTLED:
            self._finish(self._report.throttled, post)
            self._end_if_throttled()
        elif status in NEVER_ACCEPTED:
            self._finish(self._report.failed, post)
        else:
            self._retry(post)
        self._post_next(connection)

    def _finish(self, outcome: list[str], post: Post) -> None:
        with self._condition:
            outcome.append(post.connection_id)
            self._unfinished -= 1
            if self._unfinished == 0:
                self._condition.notify()

    def _end_if_throttled(self) -> None:
        with self._condition:
            if len(self._report.throttled) < MAX_THROTTLED:
                return
            while self._ready:
                self._report.unsent.append(self._ready.popleft().connection_id)
                self._unfinished -= 1
            if self._unfinished == 0:
                self._condition.notify()

    def _retry(self, post: Post) -> None:
        post.attempts += 1
        if post.attempts >= self._poster.attempts:
            self._finish(self._report.failed, post)
            return
        due = time.monotonic() + self._poster.pause(post.attempts)
        with self._condition:
            self._report.retried += 1
            heapq.heappush(self._retries, (due, id(post), post))
            self._condition.notify()


def _retry_after(headers: list[tuple[str, str]]) -> float:
    """Return the seconds of a `Retry-After` header; 0 without one, or if it holds a date."""
    values = [value for name, value in headers if name.lower() == "retry-after"]
    return float(values[0]) if values and values[0].isdigit() else 0.0

"""Posting to WebSocket connections through the AWS Common Runtime: HTTP and SigV4 in C, many at a time.

One round of posts keeps a bounded number of HTTP connections busy; each sends its next request as soon as the
answer to its last one is there. The calling thread is the clock of the round: it releases retries when their
pause is over and cuts requests that hang.
"""

import hashlib
import heapq
import io
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from awscrt import auth, http
from awscrt import io as crt_io

from lambdas.adapters.retry import jittered_pause

ATTEMPTS = 5
REQUEST_SECONDS = 5.0
TICK_SECONDS = 0.5
GONE = 410
NEVER_ACCEPTED = frozenset({400, 413})


@dataclass(slots=True)
class Post:
    """One message to one connection, and how often it was tried."""

    connection_id: str
    body: bytes
    attempts: int = 0


@dataclass(slots=True)
class PostReport:
    """What became of a round of posts, by connection id."""

    sent: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    retried: int = 0


class CrtConnectionPoster:
    """Posts messages; retries 429, 5xx and broken connections with full jitter; 410 means gone."""

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

    def post(self, messages: Iterable[tuple[str, bytes]]) -> PostReport:
        """Send each message to its connection; returns when each was sent, is gone, or has failed."""
        return _Round(self, [Post(connection_id, body) for connection_id, body in messages]).run()

    def connect(self) -> "Future[Any]":
        """A new HTTP connection to the endpoint."""
        options = None
        if self.tls is not None:
            options = self.tls.new_connection_options()
            options.set_server_name(self.host)
        connected: Future[Any] = http.HttpClientConnection.new(
            self.host, self.port, bootstrap=self.bootstrap, tls_connection_options=options
        )
        return connected


class _Round:
    """One call of `post`: who is waiting, who is under way, and what came out."""

    def __init__(self, poster: CrtConnectionPoster, posts: list[Post]) -> None:
        self._poster = poster
        self._ready = deque(posts)
        self._later: list[tuple[float, int, Post]] = []
        self._open = len(posts)
        self._lanes = 0
        self._under_way: dict[int, tuple[float, Any]] = {}
        self._report = PostReport()
        self._changed = threading.Condition()
        self._signing: dict[bytes, Any] = {}
        self._signing_since = time.monotonic()

    def run(self) -> PostReport:
        while True:
            with self._changed:
                if self._open == 0:
                    return self._report
                self._release_due()
                wanted = min(len(self._ready), self._poster.concurrency - self._lanes)
                self._lanes += max(0, wanted)
                hung = self._hung()
            for _ in range(wanted):
                self._next(self._poster.idle.popleft() if self._poster.idle else None)
            for connection in hung:
                connection.close()
            with self._changed:
                if self._open and not (self._ready and self._lanes < self._poster.concurrency):
                    self._changed.wait(self._tick())

    def _tick(self) -> float:
        if not self._later:
            return TICK_SECONDS
        return min(TICK_SECONDS, max(0.001, self._later[0][0] - time.monotonic()))

    def _release_due(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[2])

    def _hung(self) -> list[Any]:
        limit = time.monotonic() - self._poster.request_seconds
        # A copy, made in one step: the event loop's thread adds and removes requests meanwhile.
        return [connection for since, connection in list(self._under_way.values()) if since < limit]

    def _next(self, connection: Any) -> None:
        """A lane takes the next post, or ends and leaves its connection for the next round."""
        with self._changed:
            if not self._ready:
                self._lanes -= 1
                if connection is not None and connection.is_open():
                    self._poster.idle.append(connection)
                self._changed.notify()
                return
            post = self._ready.popleft()
        if connection is not None and connection.is_open():
            self._sign(connection, post)
            return
        self._poster.connect().add_done_callback(lambda connected: self._connected(connected, post))

    def _connected(self, connected: "Future[Any]", post: Post) -> None:
        if connected.exception() is not None:
            self._again(post)
            self._next(None)
            return
        self._sign(connected.result(), post)

    def _sign(self, connection: Any, post: Post) -> None:
        headers = http.HttpHeaders(
            [("host", self._poster.authority), ("content-length", str(len(post.body)))]
        )
        path = f"{self._poster.base_path}/@connections/{quote(post.connection_id, safe='')}"
        request = http.HttpRequest("POST", path, headers, io.BytesIO(post.body))
        signed = auth.aws_sign_request(request, self._config(post.body))
        signed.add_done_callback(lambda done: self._signed(done, connection, post))

    def _config(self, body: bytes) -> Any:
        """The signing configuration of a body: its hash is computed once for all who get it."""
        if time.monotonic() - self._signing_since > 60:
            self._signing.clear()
            self._signing_since = time.monotonic()
        config = self._signing.get(body)
        if config is None:
            config = self._signing[body] = auth.AwsSigningConfig(
                algorithm=auth.AwsSigningAlgorithm.V4,
                signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
                credentials_provider=self._poster.credentials,
                region=self._poster.region,
                service="execute-api",
                signed_body_value=hashlib.sha256(body).hexdigest(),
            )
        return config

    def _signed(self, signed: "Future[Any]", connection: Any, post: Post) -> None:
        if signed.exception() is not None:
            self._again(post)
            self._next(connection)
            return
        try:
            stream = connection.request(signed.result())
            stream.completion_future.add_done_callback(lambda done: self._answered(done, connection, post))
            self._under_way[id(post)] = (time.monotonic(), connection)
            stream.activate()
        except RuntimeError:
            self._under_way.pop(id(post), None)
            self._again(post)
            self._next(None)

    def _answered(self, answered: "Future[int]", connection: Any, post: Post) -> None:
        self._under_way.pop(id(post), None)
        if answered.exception() is not None:
            connection.close()
            self._again(post)
            self._next(None)
            return
        status = answered.result()
        if status < 300:
            self._done(self._report.sent, post)
        elif status == GONE:
            self._done(self._report.gone, post)
        elif status in NEVER_ACCEPTED:
            self._done(self._report.failed, post)
        else:
            self._again(post)
        self._next(connection)

    def _done(self, outcome: list[str], post: Post) -> None:
        with self._changed:
            outcome.append(post.connection_id)
            self._open -= 1
            if self._open == 0:
                self._changed.notify()

    def _again(self, post: Post) -> None:
        post.attempts += 1
        if post.attempts >= self._poster.attempts:
            self._done(self._report.failed, post)
            return
        due = time.monotonic() + self._poster.pause(post.attempts)
        with self._changed:
            self._report.retried += 1
            heapq.heappush(self._later, (due, id(post), post))
            self._changed.notify()

"""Signed posts through the AWS Common Runtime: HTTP and SigV4 in C, concurrently.

A batch of posts uses a bounded number of HTTP connections; each sends its next request when the previous one
is answered. The calling thread releases retries when their pause is over, and closes requests that time out.
A post whose HTTP connection breaks is sent once more, because the gateway closes idle ones. Whatever else may
be tried again is left to the caller, who keeps to a rate. A second throttled post ends the batch: what has
not been sent by then is reported as unsent. So does its time limit, so that a gateway that accepts requests
and never answers does not hold the caller.
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
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from awscrt import auth, http
from awscrt import io as crt_io

from domain.post_outcome import PostOutcome
from lambdas.adapters.retry import jittered_pause

ATTEMPTS = 2
"""How often a post is sent in one batch."""
REQUEST_SECONDS = 5.0
"""How long a post may take, with a new HTTP connection to the gateway."""
TICK_SECONDS = 0.5
GONE = 410
THROTTLED = 429
MAX_THROTTLED = 2
"""A batch ends with this many throttled posts; a single one is due to a client that does not read."""
NEVER_ACCEPTED = frozenset({400, 413})


@dataclass(slots=True)
class Post:
    """One message to one connection, or to what a subclass posts to, and the number of attempts so far."""

    connection_id: str
    body: bytes
    attempts: int = 0


class CrtConnectionPoster:
    """Posts messages; 410 means gone, 429 throttled, and 5xx that the connection was not reached.

    A post whose HTTP connection breaks is sent once more. One that is not answered in time may have arrived:
    it is sent once more as well, or reported as failed at the end of the batch's time.
    """

    service = "execute-api"
    """The name of the service that requests are signed for."""
    content_type: str | None = None
    reads_answers = False
    """True if the body of an answer decides whether the post was accepted."""

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

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:
        """Post each message to its connection; return when each has its result.

        No post begins after the time limit, and those under way then have the time of a request.
        """
        posts = [Post(connection_id, body) for connection_id, body in messages]
        return _Batch(self, posts, time_limit.total_seconds()).run()

    def path_of(self, recipient: str) -> str:
        """Return the path to which a message to this recipient is posted."""
        return f"{self.base_path}/@connections/{quote(recipient, safe='')}"

    def is_accepted(self, answer: bytes) -> bool:  # noqa: ARG002 - for subclasses that read answers
        """Return True if the body of a successful answer says that the post was accepted."""
        return True

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
    """One call of `post`: waiting posts, posts under way, and results.

    Callbacks that come after the end of the batch change nothing.
    """

    def __init__(self, poster: CrtConnectionPoster, posts: list[Post], seconds: float) -> None:
        self._poster = poster
        self._ready = deque(posts)
        self._retries: list[tuple[float, int, Post]] = []
        self._unfinished = len(posts)
        self._active = 0
        self._under_way: dict[int, tuple[Post, float, Any]] = {}
        self._starts_until = time.monotonic() + seconds
        self._has_ended = False
        self._report = PostOutcome()
        self._condition = threading.Condition()
        self._configs: dict[bytes, Any] = {}
        self._configs_since = time.monotonic()

    def run(self) -> PostOutcome:
        while True:
            with self._condition:
                if self._is_finished():
                    break
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
        for _, _, connection in self._under_way.values():
            if connection is not None:
                connection.close()
        return self._report

    def _is_finished(self) -> bool:
        """True if each post has its result; after the time limit, posts that wait get theirs here."""
        late_by = time.monotonic() - self._starts_until
        if late_by >= 0:
            self._report_waiting()
        if late_by >= self._poster.request_seconds:
            self._has_ended = True
            self._report.failed += [post.connection_id for post, _, _ in self._under_way.values()]
            return True
        return self._unfinished == 0

    def _report_waiting(self) -> None:
        waiting = [*self._ready, *(post for _, _, post in self._retries)]
        for post in waiting:
            (self._report.failed if post.attempts else self._report.unsent).append(post.connection_id)
        self._unfinished -= len(waiting)
        self._ready.clear()
        self._retries.clear()

    def _wait_seconds(self) -> float:
        now = time.monotonic()
        until = self._starts_until if now < self._starts_until else now + TICK_SECONDS
        if self._retries:
            until = min(until, self._retries[0][0])
        return min(TICK_SECONDS, max(0.001, until - now))

    def _release_due(self) -> None:
        now = time.monotonic()
        while self._retries and self._retries[0][0] <= now:
            self._ready.append(heapq.heappop(self._retries)[2])

    def _timed_out(self) -> list[Any]:
        limit = time.monotonic() - self._poster.request_seconds
        return [
            connection
            for _, since, connection in self._under_way.values()
            if since < limit and connection is not None
        ]

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
            self._under_way[id(post)] = (post, time.monotonic(), None)
        if connection is not None and connection.is_open():
            self._sign(connection, post)
            return
        self._poster.connect().add_done_callback(lambda connected: self._on_connected(connected, post))

    def _on_connected(self, connected: "Future[Any]", post: Post) -> None:
        if connected.exception() is not None:
            self._retry(post)
            self._post_next(None)
        elif self._has_ended:
            connected.result().close()
        else:
            self._sign(connected.result(), post)

    def _sign(self, connection: Any, post: Post) -> None:
        headers = http.HttpHeaders(
            [("host", self._poster.authority), ("content-length", str(len(post.body)))]
        )
        if self._poster.content_type is not None:
            headers.add("content-type", self._poster.content_type)
        path = self._poster.path_of(post.connection_id)
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
                service=self._poster.service,
                signed_body_value=hashlib.sha256(body).hexdigest(),
            )
        return config

    def _on_signed(self, signed: "Future[Any]", connection: Any, post: Post) -> None:
        if signed.exception() is not None:
            self._retry(post)
            self._post_next(connection)
            return
        if self._has_ended:
            connection.close()
            return
        chunks: list[bytes] = []

        def on_body(*, chunk: bytes, **_: Any) -> None:
            chunks.append(chunk)

        def on_answer(done: "Future[int]") -> None:
            self._on_answer(done, connection, post, b"".join(chunks))

        try:
            read = on_body if self._poster.reads_answers else None
            stream = connection.request(signed.result(), self._on_headers, read)
            stream.completion_future.add_done_callback(on_answer)
            with self._condition:
                self._under_way[id(post)] = (post, time.monotonic(), connection)
            stream.activate()
        except RuntimeError:
            self._retry(post)
            self._post_next(None)

    def _on_headers(self, *, status_code: int, headers: list[tuple[str, str]], **_: Any) -> None:
        if status_code == THROTTLED:
            self._report.retry_after_seconds = max(self._report.retry_after_seconds, _retry_after(headers))

    def _on_answer(self, answered: "Future[int]", connection: Any, post: Post, body: bytes) -> None:
        if answered.exception() is not None:
            connection.close()
            self._retry(post)
            self._post_next(None)
            return
        status = answered.result()
        if status < 300 and self._poster.is_accepted(body):
            self._finish(self._report.sent, post)
        elif status == GONE:
            self._finish(self._report.gone, post)
        elif status == THROTTLED:
            self._finish(self._report.throttled, post)
            self._end_if_throttled()
        elif status in NEVER_ACCEPTED:
            self._finish(self._report.failed, post)
        else:
            self._finish(self._report.unreached, post)
        self._post_next(connection)

    def _finish(self, outcome: list[str], post: Post) -> None:
        with self._condition:
            self._under_way.pop(id(post), None)
            if self._has_ended:
                return
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
            self._finish(self._report.unreached, post)
            return
        due = time.monotonic() + self._poster.pause(post.attempts)
        with self._condition:
            self._under_way.pop(id(post), None)
            if self._has_ended:
                return
            self._report.retried += 1
            heapq.heappush(self._retries, (due, id(post), post))
            self._condition.notify()


def _retry_after(headers: list[tuple[str, str]]) -> float:
    """Return the seconds of a `Retry-After` header; 0 without one, or if it holds a date."""
    values = [value for name, value in headers if name.lower() == "retry-after"]
    return float(values[0]) if values and values[0].isdigit() else 0.0

"""An HTTP server for WSGI applications that keeps connections open, as AWS does.

werkzeug's server closes each connection after its answer, so every call would pay for a new connection.
"""

from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

Application = Callable[..., Any]
MAX_REQUEST_LINE_BYTES = 65_536


class KeepAliveServer(ThreadingMixIn, WSGIServer):
    """Serves an application on a free port of this machine, with a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, application: Application) -> None:
        super().__init__(("127.0.0.1", 0), _RequestHandler)
        self.set_app(application)


class _RequestHandler(WSGIRequestHandler):
    """Answers the requests of one connection until the client closes it; does not log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        self.close_connection = False
        while not self.close_connection:
            self._answer_next()

    def _answer_next(self) -> None:
        self.raw_requestline = self.rfile.readline(MAX_REQUEST_LINE_BYTES)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        answer = ServerHandler(self.rfile, self.wfile, self.get_stderr(), self.get_environ())  # type: ignore[arg-type]
        answer.http_version = "1.1"
        answer.request_handler = self  # type: ignore[attr-defined]  # for the log
        answer.run(self.server.get_app())  # type: ignore[attr-defined]

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do not log: a log would cost more than the calls."""

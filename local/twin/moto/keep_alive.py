"""Connections to moto that serve one request after another; werkzeug's development server closes each.

The edge makes thousands of calls a second, and a connection for each costs it 0.5 ms of CPU and moto 1 ms.
"""

import io
import sys
from collections.abc import MutableMapping
from wsgiref.handlers import SimpleHandler
from wsgiref.headers import Headers

from moto.moto_server.werkzeug_app import MotoRequestHandler


class KeepAliveHandler(MotoRequestHandler):  # type: ignore[misc]
    """Reads each request whole, so that the next one begins where it ends, and writes the answer at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        """Serve a request; the connection ends if only that can tell the client where the answer does."""
        environ = self.make_environ()
        if environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read()
        else:
            body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = _Answer(io.BytesIO(body), self.wfile, sys.stderr, environ)
        answer.run(self.server.app)
        if answer.ends_with_connection:
            self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: at thousands of calls a second the log costs more than the calls."""


class _Answer(SimpleHandler):
    http_version = "1.1"
    os_environ: MutableMapping[str, str] = {}  # noqa: RUF012 - not the server's own
    has_begun = ends_with_connection = False

    def cleanup_headers(self) -> None:
        super().cleanup_headers()
        self.has_begun = True
        headers: Headers = vars(self)["headers"]
        if "Content-Length" not in headers:
            self.ends_with_connection = True
            headers["Connection"] = "close"

    def handle_error(self) -> None:
        self.ends_with_connection |= self.has_begun
        super().handle_error()

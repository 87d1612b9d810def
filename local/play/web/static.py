"""Serve an origin over HTTP on this machine: a folder, generated responses, and headers."""

import functools
import gzip
import hashlib
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import unquote, urlsplit

from local.twin.edge.errors import port_error

HOST = "127.0.0.1"
COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".svg"})


@dataclass(frozen=True, slots=True)
class Response:
    """A response that is generated, not read from a file."""

    content_type: str
    body: bytes
    cache_control: str = "no-store"

    @staticmethod
    def json(value: Any, cache_control: str = "no-store") -> "Response":
        """Return a JSON response."""
        return Response("application/json", json.dumps(value).encode(), cache_control)

    @property
    def etag(self) -> str:
        """The entity tag: the same for the same body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


Route = Callable[[str], Response | None]
"""Called with the path after the route's prefix; None means 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One origin: its folder, generated responses by method and prefix, and headers for every response.

    `page_headers` are the headers of single paths, in place of those of the same name.
    """

    folder: Path
    headers: Mapping[str, str]
    page_headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    routes: Mapping[tuple[str, str], Route] = field(default_factory=dict)
    folders: Mapping[str, Path] = field(default_factory=dict)


class StaticServer:
    """Serves an origin while it is entered; `port` 0 selects a free port.

    Raises PortInUseError or PortRefusedError.
    """

    def __init__(self, port: int = 0) -> None:
        try:
            self._server = _Server((HOST, port), SimpleHTTPRequestHandler)
        except OSError as error:
            raise port_error(port, error) from error
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = url_of(self._server.server_port)

    def serve(self, origin: Origin) -> None:
        """Start serving."""
        self._server.RequestHandlerClass = partial(_Handler, origin)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def url_of(port: int) -> str:
    """Return the address of what is served on a port."""
    return f"http://{HOST}:{port}"


def require_free_ports(ports: Iterable[int]) -> None:
    """Raise PortInUseError or PortRefusedError for a port that cannot be listened on."""
    for port in ports:
        with StaticServer(port):
            pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print a fault of the program; a browser that closes in mid-answer is none."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, origin: Origin, *arguments: Any) -> None:
        self._origin = origin
        super().__init__(*arguments, directory=str(origin.folder))

    def do_GET(self) -> None:
        if self._is_for_this_machine() and not self._generated("GET"):
            super().do_GET()

    def do_HEAD(self) -> None:
        if self._is_for_this_machine():
            super().do_HEAD()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self._is_for_this_machine() and not self._generated("POST"):
            self.send_error(HTTPStatus.NOT_FOUND)

    def list_directory(self, path: str | os.PathLike[str]) -> None:  # noqa: ARG002 (the base class's name)
        """List no directory."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_head(self) -> BinaryIO | None:
        """Send a file, compressed if it is text, as CloudFront does."""
        path = Path(self.translate_path(self.path))
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not accepted or path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        body = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def translate_path(self, path: str) -> str:
        name = unquote(urlsplit(path).path)
        for prefix, folder in self._origin.folders.items():
            if name.startswith(prefix):
                return str(folder / Path(name).name)
        return super().translate_path(path)

    def end_headers(self) -> None:
        # A request that could not be read has no path.
        path = urlsplit(getattr(self, "path", "")).path
        for name, value in {**self._origin.headers, **self._origin.page_headers.get(path, {})}.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing: the terminal shows the match."""

    def _is_for_this_machine(self) -> bool:
        """Refuse another name in `Host`: a site whose name resolves to this machine could read tokens."""
        port = self.connection.getsockname()[1]
        if self.headers.get("Host") in (f"{HOST}:{port}", f"localhost:{port}"):
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return False

    def _generated(self, method: str) -> bool:
        path = unquote(urlsplit(self.path).path)
        for (wanted, prefix), route in self._origin.routes.items():
            if wanted == method and path.startswith(prefix):
                response = route(path.removeprefix(prefix))
                if response is None:
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return True
                self._send(response)
                return True
        return False

    def _send(self, response: Response) -> None:
        """Send a response, without its body if the client has it already."""
        known = self.headers.get("If-None-Match") == response.etag
        body = b"" if known else response.body
        self.send_response(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", response.cache_control)
        self.send_header("ETag", response.etag)
        self.end_headers()
        self.wfile.write(body)


@functools.lru_cache(maxsize=200)
def _compressed(path: Path, _changed_at_ns: int) -> bytes:
    return gzip.compress(path.read_bytes())

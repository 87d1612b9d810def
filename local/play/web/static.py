"""Files over HTTP on this machine: a folder, a few made answers, and the headers of a web app's host."""

import functools
import gzip
import io
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import unquote, urlsplit

HOST = "127.0.0.1"
COMPRESSED = frozenset({".css", ".html", ".js", ".json", ".svg"})


@dataclass(frozen=True, slots=True)
class Made:
    """An answer that is made, not read from a file."""

    content_type: str
    body: bytes

    @staticmethod
    def json(value: Any) -> "Made":
        """An answer in JSON."""
        return Made("application/json", json.dumps(value).encode())


Route = Callable[[str], Made | None]
"""Takes what follows the route's prefix in the path; None is answered by 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One origin: its folder, its made answers by method and prefix, and the headers of every answer."""

    folder: Path
    headers: Mapping[str, str]
    routes: Mapping[tuple[str, str], Route] = field(default_factory=dict)
    folders: Mapping[str, Path] = field(default_factory=dict)


class StaticServer:
    """Serves an origin until it is closed; `port` 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self._server = ThreadingHTTPServer((HOST, port), SimpleHTTPRequestHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def serve(self, origin: Origin) -> None:
        """Begin to serve."""
        self._server.RequestHandlerClass = partial(_Handler, origin)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, origin: Origin, *arguments: Any) -> None:
        self._origin = origin
        super().__init__(*arguments, directory=str(origin.folder))

    def do_GET(self) -> None:
        if not self._made("GET"):
            super().do_GET()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._made("POST"):
            self.send_error(HTTPStatus.NOT_FOUND)

    def send_head(self) -> BinaryIO | None:
        """A file as the app's host sends it: what is text travels compressed."""
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
        for name, value in self._origin.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing: the terminal shows the match."""

    def _made(self, method: str) -> bool:
        path = unquote(urlsplit(self.path).path)
        for (wanted, prefix), route in self._origin.routes.items():
            if wanted == method and path.startswith(prefix):
                made = route(path.removeprefix(prefix))
                if made is None:
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return True
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", made.content_type)
                self.send_header("Content-Length", str(len(made.body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(made.body)
                return True
        return False


@functools.lru_cache(maxsize=200)
def _compressed(path: Path, _changed_at_ns: int) -> bytes:
    return gzip.compress(path.read_bytes())

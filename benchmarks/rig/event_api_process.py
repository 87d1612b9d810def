"""An Event API that accepts every publish: `python -m benchmarks.rig.event_api_process`.

It prints `{"endpoint"}` and serves until its input ends. GET `/published` returns the number of publishes.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from benchmarks.rig.keep_alive_server import KeepAliveServer

ACCEPTED = {"failed": [], "successful": [{"identifier": "accepted", "index": 0}]}


class EventApi:
    """Counts publishes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._published = 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == "/published":
            return _answer({"published": self._published}, environ, start)
        Request(environ).get_data()
        with self._lock:
            self._published += 1
        return _answer(ACCEPTED, environ, start)


def _answer(body: object, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    answer: Iterable[bytes] = Response(json.dumps(body), content_type="application/json")(environ, start)
    return answer


def main() -> None:
    """Serve until the input ends."""
    server = KeepAliveServer(EventApi())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"endpoint": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

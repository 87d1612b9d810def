"""The AWS services that a dispatch calls: moto's DynamoDB, a fake campaign and a fake Firehose.

`python -m benchmarks.rig.aws_process` prints `{"endpoint"}` and serves until its input ends. GET `/calls`
returns the number of calls to the campaign.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Request, Response

from benchmarks.rig.keep_alive_server import KeepAliveServer
from paths import COMPONENTS_FILE

Start = Callable[..., Any]


class Services:
    """Routes requests by the service that they are signed for."""

    def __init__(self) -> None:
        components = json.loads(COMPONENTS_FILE.read_text())["components"]
        self._ranking = [{"itemId": component["id"]} for component in components]
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self._calls = 0

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == "/calls":
            return _answer({"calls": self._calls}, environ, start)
        scope = environ.get("HTTP_AUTHORIZATION", "")
        if "/personalize/" not in scope and "/firehose/" not in scope:
            forwarded: Iterable[bytes] = self._moto(environ, start)
            return forwarded
        fields = json.loads(Request(environ).get_data())
        if "Records" in fields:
            responses = [{"RecordId": "kept"} for _ in fields["Records"]]
            return _answer({"FailedPutCount": 0, "RequestResponses": responses}, environ, start)
        with self._lock:
            self._calls += 1
            number = self._calls
        return _answer({"recommendationId": f"ranking-{number}", "itemList": self._ranking}, environ, start)


def _answer(body: dict[str, Any], environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    answer: Iterable[bytes] = Response(json.dumps(body), content_type="application/json")(environ, start)
    return answer


def main() -> None:
    """Serve until the input ends."""
    server = KeepAliveServer(Services())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"endpoint": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

"""moto's connections serve one request after another, whatever the requests and the answers are."""

import http.client
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from local.twin.moto.keep_alive import KeepAliveHandler


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the body's length; stream, or fail, if the path says so."""
    if environ["PATH_INFO"] == "/fails":
        raise ValueError
    body = environ["wsgi.input"].read() if environ["PATH_INFO"] != "/unread" else b""
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/streams":
        return (part for part in (b"one", b"two"))
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else str(len(body)).encode()]


@pytest.fixture
def connection() -> Iterator[http.client.HTTPConnection]:
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=KeepAliveHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    yield connection
    connection.close()
    server.shutdown()
    server.server_close()
    thread.join()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: Any = None
) -> tuple[int, bytes, bool]:
    """Return status and body of the answer, and whether the connection ends with it."""
    connection.request(method, path, body=body)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.will_close


def test_requests_follow_each_other_on_a_connection(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "POST", "/", b"four") == (200, b"4", False)
    socket = connection.sock
    assert ask(connection, "POST", "/unread", b"x" * 100_000) == (200, b"0", False)
    assert ask(connection, "PUT", "/", iter([b"in", b"chunks"])) == (200, b"8", False)
    assert ask(connection, "HEAD", "/") == (200, b"", False)
    assert ask(connection, "GET", "/") == (200, b"0", False)
    assert connection.sock is socket


def test_an_answer_without_a_length_ends_with_the_connection(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "GET", "/streams") == (200, b"onetwo", True)
    assert ask(connection, "GET", "/") == (200, b"0", False)


def test_a_fault_is_an_answer_too(
    connection: http.client.HTTPConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, ends = ask(connection, "POST", "/fails", b"four")
    assert (status, ends) == (500, False)
    assert "ValueError" in capsys.readouterr().err
    assert ask(connection, "POST", "/", b"four") == (200, b"4", False)

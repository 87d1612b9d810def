"""The demo's web server serves this machine's pages, and lists no directory."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.play.web.static import Origin, Response, StaticServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StaticServer]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app.js").write_text("// the app")
    with StaticServer() as running:
        routes = {("POST", "/personas/"): lambda _: Response.json({"token": "secret"})}
        running.serve(Origin(folder=tmp_path, headers={}, routes=routes))
        yield running


def ask(server: StaticServer, method: str, path: str, host: str | None = None) -> tuple[int, bytes]:
    own = urlsplit(server.url).netloc
    connection = http.client.HTTPConnection(own, timeout=10)
    try:
        connection.request(method, path, headers={"Host": own if host is None else host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_files_and_routes_are_served(server: StaticServer) -> None:
    assert ask(server, "GET", "/assets/app.js") == (200, b"// the app")
    assert ask(server, "POST", "/personas/sam/token") == (200, b'{"token": "secret"}')


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/assets/", "/assets/../"])
def test_no_directory_is_listed(server: StaticServer, method: str, path: str) -> None:
    status, body = ask(server, method, path)
    assert status == 404
    assert b"app.js" not in body


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", ["/assets/app.js", "/personas/sam/token"])
def test_a_name_that_resolves_to_this_machine_is_refused(
    server: StaticServer, method: str, path: str
) -> None:
    status, body = ask(server, method, path, host=f"evil.example:{urlsplit(server.url).port}")
    assert status == 421
    assert b"secret" not in body

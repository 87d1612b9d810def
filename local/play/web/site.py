"""The web app on this machine: shell and micro-frontends on two origins, video stream and sign-in."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from local.play.web.policy import content_security_policy
from local.play.web.sign_in import PersonaSignIn
from local.play.web.static import Origin, Response, StaticServer
from local.play.web.stream import LiveStream
from paths import CLIENT_BUILD

_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@dataclass(kw_only=True)
class WebSite:
    """Serves the app while it is entered; `url` is its address."""

    socket_url: str
    programme: dict[str, Any]
    sign_in: PersonaSignIn
    operators: PersonaSignIn
    stream: LiveStream
    build: Path = CLIENT_BUILD
    port: int = 0
    switched_off: Callable[[], list[str]] = list
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.app = self._open.enter_context(StaticServer(self.port))
        self.remotes = self._open.enter_context(StaticServer())
        self._open.enter_context(self.stream)
        self.remotes.serve(
            Origin(folder=self.build, headers={**_SAFE, "Access-Control-Allow-Origin": self.app.url})
        )
        self.app.serve(self._app())
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def url(self) -> str:
        """The app's address."""
        return self.app.url

    def _app(self) -> Origin:
        config = {
            "webSocketUrl": self.socket_url,
            "remotesUrl": self.remotes.url,
            "signIn": {"kind": "personas", "url": "/personas"},
            "operatorSignIn": {"kind": "personas", "url": "/operators"},
            "matchId": self.programme["id"],
        }
        socket = urlsplit(self.socket_url)
        policy = content_security_policy(
            remotes_origin=self.remotes.url, socket_origin=f"{socket.scheme}://{socket.netloc}"
        )
        return Origin(
            folder=self.build,
            headers={**_SAFE, "Content-Security-Policy": policy},
            folders={"/stream/": self.stream.folder},
            routes={
                ("GET", "/config.json"): lambda _: Response.json(config),
                ("GET", "/switches.json"): lambda _: Response.json(
                    {"off": self.switched_off()}, cache_control="no-cache"
                ),
                ("GET", f"/matches/{self.programme['id']}.json"): lambda _: Response.json(self.programme),
                ("GET", "/stream/live.m3u8"): lambda _: Response(
                    "application/vnd.apple.mpegurl", self.stream.playlist().encode()
                ),
                ("GET", "/personas"): lambda _: Response.json(self.sign_in.listed()),
                ("POST", "/personas/"): lambda path: _token(self.sign_in, path),
                ("GET", "/operators"): lambda _: Response.json(self.operators.listed()),
                ("POST", "/operators/"): lambda path: _token(self.operators, path),
            },
        )


def _token(sign_in: PersonaSignIn, path: str) -> Response | None:
    viewer_id, _, what = path.partition("/")
    token = sign_in.token(viewer_id) if what == "token" else None
    return None if token is None else Response.json(token)

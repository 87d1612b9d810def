"""The web pages on this machine: app, micro-frontends and control room on an origin each."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from domain.content_policy import FRAME_PAGE, app_policy, control_room_policy, frame_policy
from local.play.web import side_by_side
from local.play.web.sign_in import PersonaSignIn
from local.play.web.static import Origin, Response, Route, StaticServer
from local.play.web.stream import LiveStream
from paths import CLIENT_BUILD, CONTROL_ROOM_BUILD

_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_SIGN_IN = {"kind": "personas", "url": "/personas"}


@dataclass(kw_only=True)
class WebSite:
    """Serves the pages while it is entered.

    `url`, `control_room_url` and `side_by_side_url` are their addresses. `delivery` is that of the app's
    config.json, for a stage that broadcasts, and `delivery_origins` are the origins that it names.
    """

    socket_url: str
    programme: dict[str, Any]
    sign_in: PersonaSignIn
    operators: PersonaSignIn
    stream: LiveStream
    statistics: Callable[[], dict[str, Any]]
    build: Path = CLIENT_BUILD
    port: int = 0
    control_room_port: int = 0
    switched_off: Callable[[], list[str]] = list
    delivery: dict[str, Any] | None = None
    delivery_origins: Sequence[str] = ()
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.app = self._open.enter_context(StaticServer(self.port))
        self.remotes = self._open.enter_context(StaticServer())
        self.control_room = self._open.enter_context(StaticServer(self.control_room_port))
        self._open.enter_context(self.stream)
        self.remotes.serve(
            Origin(folder=self.build, headers={**_SAFE, "Access-Control-Allow-Origin": self.app.url})
        )
        self.app.serve(self._app())
        self.control_room.serve(self._control_room())
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def url(self) -> str:
        """The app's address."""
        return self.app.url

    @property
    def control_room_url(self) -> str:
        """The control room's address."""
        return self.control_room.url

    @property
    def side_by_side_url(self) -> str:
        """The address of the page that shows the app as several personas."""
        return f"{self.url}{side_by_side.PATH}"

    @property
    def _socket_origin(self) -> str:
        socket = urlsplit(self.socket_url)
        return f"{socket.scheme}://{socket.netloc}"

    def _app(self) -> Origin:
        config = {
            "webSocketUrl": self.socket_url,
            "remotesUrl": self.remotes.url,
            "signIn": _SIGN_IN,
            "matchId": self.programme["id"],
            **({"delivery": self.delivery} if self.delivery else {}),
        }
        policy = app_policy(
            script_origins=(self.remotes.url,),
            connect_origins=(self.remotes.url, self._socket_origin, *self.delivery_origins),
            frame_ancestors=side_by_side.FRAME_ANCESTORS,
        )
        return Origin(
            folder=self.build,
            headers={**_SAFE, "Content-Security-Policy": policy},
            page_headers={
                f"/{FRAME_PAGE}": {"Content-Security-Policy": frame_policy()},
                side_by_side.PATH: {"Content-Security-Policy": side_by_side.POLICY},
            },
            folders={"/stream/": self.stream.folder},
            routes={
                ("GET", "/config.json"): lambda _: Response.json(config),
                ("GET", "/switches.json"): lambda _: Response.json(
                    {"off": self.switched_off()}, cache_control="no-cache"
                ),
                ("GET", f"/matches/{self.programme['id']}.json"): lambda _: Response.json(self.programme),
                ("GET", self.programme["statistics"]): lambda _: Response.json(
                    self.statistics(), cache_control="no-cache"
                ),
                ("GET", "/stream/live.m3u8"): lambda _: Response(
                    "application/vnd.apple.mpegurl", self.stream.playlist().encode()
                ),
                ("GET", side_by_side.PATH): side_by_side.respond,
                **_sign_in_routes(self.sign_in),
            },
        )

    def _control_room(self) -> Origin:
        config = {
            "webSocketUrl": self.socket_url,
            "signIn": _SIGN_IN,
            "matchId": self.programme["id"],
        }
        policy = control_room_policy(connect_origins=(self._socket_origin,))
        return Origin(
            folder=CONTROL_ROOM_BUILD,
            headers={**_SAFE, "Content-Security-Policy": policy},
            routes={
                ("GET", "/config.json"): lambda _: Response.json(config),
                **_sign_in_routes(self.operators),
            },
        )


def _sign_in_routes(sign_in: PersonaSignIn) -> dict[tuple[str, str], Route]:
    return {
        ("GET", "/personas"): lambda _: Response.json(sign_in.listed()),
        ("POST", "/personas/"): lambda path: _token(sign_in, path),
    }


def _token(sign_in: PersonaSignIn, path: str) -> Response | None:
    viewer_id, _, what = path.partition("/")
    token = sign_in.token(viewer_id) if what == "token" else None
    return None if token is None else Response.json(token)

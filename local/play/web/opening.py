"""Opening the web app beside a replay."""

from pathlib import Path

from local.play.feeds.feed import Feed
from local.play.replay.deployment import Deployment
from local.play.replay.identities import OPERATORS, TokenMinter
from local.play.replay.personas import operators, personas
from local.play.replay.replay import RunningTwin
from local.play.web.clock import ProgrammeClock
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream


def web_site(
    twin: RunningTwin, feed: Feed, *, line_ups: Path, clock: ProgrammeClock, port: int = 0
) -> WebSite:
    """The app of a running twin, with the picture of the replay that moves `clock`; enter it to open it."""
    deployment = Deployment.from_outputs(twin.outputs)
    minter = TokenMinter(issuer=deployment.token_issuer, audience=deployment.token_audience)
    return WebSite(
        socket_url=deployment.web_socket_url,
        programme=programme(feed.match, squads=statsbomb_squads(line_ups)),
        sign_in=PersonaSignIn(personas=personas(feed.match), minter=minter),
        operators=PersonaSignIn(personas=operators(), minter=minter, groups=(OPERATORS,)),
        stream=LiveStream(clock.shot),
        port=port,
    )

"""The web app of a running twin, beside a replay."""

from collections.abc import Sequence
from pathlib import Path

from local.play.feeds.feed import Feed
from local.play.replay.personas import operators, personas
from local.play.replay.replay import RunningTwin
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import OPERATORS, TokenMinter
from local.play.web.clock import ProgrammeClock
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream


def twin_site(
    twin: RunningTwin,
    feed: Feed,
    *,
    line_ups: Path,
    clock: ProgrammeClock,
    fixtures: Sequence[dict[str, str]] = (),
    port: int = 0,
) -> WebSite:
    """Return the app of a running twin, whose picture follows `clock`; it serves while it is entered."""
    outputs = StackOutputs.read(twin.outputs)
    minter = TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience)
    return WebSite(
        socket_url=outputs.web_socket_url,
        programme=programme(feed.match, squads=statsbomb_squads(line_ups), fixtures=fixtures),
        sign_in=PersonaSignIn(personas=personas(feed.match), minter=minter),
        operators=PersonaSignIn(personas=operators(), minter=minter, groups=(OPERATORS,)),
        stream=LiveStream(clock.frame_content),
        port=port,
    )

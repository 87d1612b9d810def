"""The web pages of a running twin, beside a replay."""

from collections.abc import Sequence
from pathlib import Path

from domain.audit import OPERATORS_GROUP
from local.play.feeds.feed import Feed
from local.play.replay.operator_accounts import enrol_operators
from local.play.replay.personas import operators, personas
from local.play.replay.replay import RunningTwin
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter
from local.play.web.app_delivery import delivery_origins, delivery_settings
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
    control_room_port: int = 0,
) -> WebSite:
    """Return the pages of a running twin, whose picture follows `clock`; it serves while it is entered."""
    outputs = StackOutputs.read(twin.outputs)
    minter = TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience)
    return WebSite(
        socket_url=outputs.web_socket_url,
        programme=programme(feed.match, squads=statsbomb_squads(line_ups), fixtures=fixtures),
        sign_in=PersonaSignIn(personas=personas(feed.match), minter=minter),
        operators=PersonaSignIn(
            personas=operators(),
            minter=enrol_operators(
                twin.client("cognito-idp"), outputs, (each.traits.viewer_id for each in operators())
            ),
            groups=(OPERATORS_GROUP,),
        ),
        stream=LiveStream(clock.frame_content),
        statistics=clock.statistics.document,
        delivery=delivery_settings(outputs),
        delivery_origins=delivery_origins(outputs),
        port=port,
        control_room_port=control_room_port,
    )

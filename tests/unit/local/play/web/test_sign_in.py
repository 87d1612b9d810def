"""The sign-in page says who the personas are, in the viewer's language."""

from local.play.demo.demo_match import load_demo_feed
from local.play.replay.personas import operators, personas
from local.play.replay.token_minter import TokenMinter
from local.play.web.sign_in import PersonaSignIn

MINTER = TokenMinter(issuer="https://issuer", audience="app")


def test_viewers_are_listed_with_the_traits_that_are_known() -> None:
    sign_in = PersonaSignIn(personas=personas(load_demo_feed().match), minter=MINTER)
    giulia, _, sam, _ = sign_in.listed()
    traits = {"favouriteTeam": "Italy", "ageBand": "25-34", "country": "IT", "tier": "premium"}
    assert giulia == {"id": "persona-giulia", "name": "Giulia", "traits": traits}
    assert sam["traits"] == {"ageBand": "35-54", "country": "GB", "tier": "premium"}


def test_operators_are_listed_with_their_group() -> None:
    sign_in = PersonaSignIn(personas=operators(), minter=MINTER, groups=("operators",))
    assert sign_in.listed()[0] == {"id": "operator-olga", "name": "Olga", "about": "operators"}

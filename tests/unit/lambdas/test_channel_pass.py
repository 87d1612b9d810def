"""A pass opens its own channels until it ends, and nothing else."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.channel import audience_address, channel_of, named_address, viewer_address
from lambdas.handlers import authorize_channel
from lambdas.handlers.composition import passes
from lambdas.logic.channel_pass import PassSigner, PassVerifier
from lambdas.logic.errors import ProtocolError, UnauthorizedError
from lambdas.logic.opening_limit import WINDOW, OpeningLimit
from tests.support import builders, fakes
from tests.support.lambda_context import LambdaContext

NOW = builders.KICK_OFF
COHORT = "Italy|25-34|IT|free"
OWN = named_address("m", "v1", cohort_key=COHORT, consents=["betting"])
GROUP = audience_address("m", cohort_key=COHORT, consents=["betting"], holdout=False)
ENDS = NOW + timedelta(hours=2)


OF_THIS_FORM = (
    "eyJhZGRyZXNzZXMiOlsiZTk2MzhjNzA4N2NiNTcxNjMzZjEyZDNmYTc0YmUxZDQiLCJiNTZkZDRmYjdmMDAwNDhiYW"
    "FjMDVkMWIwNWJjNGQ1NiJdLCJleHBpcmVzIjoxNjIzNDQ1MjAwfQ"
    ".3pyAEf0LO1uZvUV-zynLqL3U5miVCYNEMMG9i5LcEoU"
)
"""What `signed` returns; apps have a pass for two hours, also while the next release is deployed."""


def signed(key: bytes | None = b"a key of these tests", *addresses: str) -> str:
    keys = fakes.FixedPlacementKeys(key=key)
    return PassSigner(keys=keys).sign(addresses or (GROUP, OWN), ENDS)


def channels(token: str, keys: fakes.FixedPlacementKeys | None = None) -> frozenset[str]:
    return PassVerifier(keys=keys or fakes.FixedPlacementKeys()).channels(token, NOW)


def test_a_pass_names_its_channels_and_nothing_about_the_viewer() -> None:
    token = signed()
    assert channels(token) == {channel_of(GROUP), channel_of(OWN)}
    payload = token.partition(".")[0]
    content = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert content == {"addresses": [GROUP, OWN], "expires": int(ENDS.timestamp())}


def test_a_pass_of_this_form_is_accepted_by_every_later_one() -> None:
    assert channels(OF_THIS_FORM) == {channel_of(GROUP), channel_of(OWN)}


def test_a_pass_of_the_key_before_is_accepted() -> None:
    token = signed(b"the key before")
    keys = fakes.FixedPlacementKeys(earlier=(b"the key before",))
    assert channels(token, keys) == {channel_of(GROUP), channel_of(OWN)}


def test_a_pass_ends() -> None:
    verifier = PassVerifier(keys=fakes.FixedPlacementKeys())
    assert verifier.channels(signed(), ENDS - timedelta(seconds=1))
    with pytest.raises(UnauthorizedError, match="ended"):
        verifier.channels(signed(), ENDS)


def forged() -> dict[str, str]:
    token = signed()
    payload, _, mac = token.partition(".")
    other = signed(b"a key of these tests", named_address("m", "v2", cohort_key=COHORT, consents=[]))
    longer = base64.urlsafe_b64encode(json.dumps({"addresses": ["*"], "expires": 9e12}).encode()).decode()
    return {
        "nothing": "",
        "words": "let me in",
        "another key": signed(b"a stolen idea"),
        "a flipped bit of the payload": ("B" if payload[0] == "A" else "A") + token[1:],
        "a flipped bit of the mac": token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1],
        "no mac": payload,
        "an empty mac": payload + ".",
        "the mac of another pass": f"{payload}.{other.partition('.')[2]}",
        "the payload of nobody": f"{longer.rstrip('=')}.{mac}",
        "other letters of the same bytes": f"{payload}=.{mac}",
        "a space": f" {token}",
        "a line break": f"{token}\n",
        "too long": "A" * 5_000 + "." + mac,
        "another alphabet": token.replace("e", "é", 1),
    }


@pytest.mark.parametrize("token", forged().values(), ids=forged())
def test_no_forged_pass_is_accepted(token: str) -> None:
    with pytest.raises(UnauthorizedError):
        channels(token)


def test_a_signature_of_a_placement_is_no_pass_and_a_pass_no_signature() -> None:
    placement = fakes.a_signature(builders.a_viewer(), at=NOW)
    with pytest.raises(UnauthorizedError):
        channels(placement)


def test_while_no_key_can_be_read_nobody_is_refused_for_the_pass() -> None:
    with pytest.raises(ProtocolError, match="try again"):
        channels(signed(), fakes.FixedPlacementKeys(key=None))
    with pytest.raises(ProtocolError, match="try again"):
        signed(None)


@pytest.fixture
def authorizer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    passes.pass_verifier.supply(PassVerifier(keys=fakes.FixedPlacementKeys()))
    passes.opening_limit.supply(OpeningLimit(most=3))
    yield
    passes.pass_verifier.reset()
    passes.opening_limit.reset()


def answer(operation: str, channel: object, token: str) -> bool:
    event = {
        "authorizationToken": token,
        "requestContext": {
            "apiId": "api",
            "accountId": "123456789012",
            "requestId": "r",
            "operation": operation,
            "channelNamespaceName": "touchline",
            "channel": channel,
        },
        "requestHeaders": {"header": "value"},
    }
    given = authorize_channel.handler(event, LambdaContext())
    assert given["ttlOverride"] == 0
    return bool(given["isAuthorized"])


def living() -> str:
    """Return a pass that ends long after the test."""
    return PassSigner(keys=fakes.FixedPlacementKeys()).sign((GROUP, OWN), builders.FAR_FUTURE)


@pytest.mark.usefixtures("authorizer")
def test_a_pass_connects_and_subscribes_to_its_own_channels() -> None:
    assert answer("EVENT_CONNECT", None, living())
    assert answer("EVENT_SUBSCRIBE", channel_of(GROUP), living())
    assert answer("EVENT_SUBSCRIBE", channel_of(OWN), living())


@pytest.mark.usefixtures("authorizer")
def test_a_viewer_opens_so_many_connections_whatever_passes_they_take() -> None:
    keys = fakes.FixedPlacementKeys()
    later = (builders.FAR_FUTURE + timedelta(seconds=number) for number in range(9))
    passes_of_one = [PassSigner(keys=keys).sign((GROUP, OWN), ends_at) for ends_at in later]
    assert len(set(passes_of_one)) == 9
    assert [answer("EVENT_CONNECT", None, each) for each in passes_of_one] == [True] * 3 + [False] * 6
    # AND what is open goes on, and another viewer of the audience connects
    assert answer("EVENT_SUBSCRIBE", channel_of(OWN), living())
    neighbour = named_address("m", "v2", cohort_key=COHORT, consents=["betting"])
    assert answer("EVENT_CONNECT", None, PassSigner(keys=keys).sign((GROUP, neighbour), builders.FAR_FUTURE))


def test_connections_are_counted_for_five_minutes() -> None:
    limit, own = OpeningLimit(most=1), frozenset({channel_of(OWN)})
    assert [limit.admits(own, NOW), limit.admits(own, NOW + WINDOW - timedelta(seconds=1))] == [True, False]
    assert limit.admits(own, NOW + WINDOW)


@pytest.mark.usefixtures("authorizer")
def test_every_other_channel_is_refused() -> None:
    others = [
        audience_address(match, cohort_key=cohort, consents=consents, holdout=holdout)
        for match in ("m", "n")
        for cohort in (COHORT, "Turkey|25-34|TR|free", "unknown|unknown|unknown|unknown")
        for consents in ([], ["betting"], ["advertising", "betting"])
        for holdout in (False, True)
    ]
    others += [viewer_address(match, viewer) for match in ("m", "n") for viewer in ("v1", "v2")]
    others += [
        named_address(match, viewer, cohort_key=cohort, consents=consents)
        for match in ("m", "n")
        for viewer in ("v1", "v2")
        for cohort in (COHORT, "Turkey|25-34|TR|free")
        for consents in ([], ["betting"], ["advertising", "betting"])
    ]
    tried = [channel_of(address) for address in others if address not in (GROUP, OWN)]
    tried += [
        "/touchline/*",
        "/*",
        "/touchline",
        "/touchline/",
        f"/other/{GROUP}",
        f"/touchline/{GROUP}/*",
        f"/touchline/{GROUP}/{OWN}",
        f"touchline/{GROUP}",
        f"/touchline/{GROUP.upper()}",
        GROUP,
    ]
    assert len(tried) > 40
    assert [channel for channel in tried if answer("EVENT_SUBSCRIBE", channel, living())] == []
    for odd in (None, "", [channel_of(GROUP)], {"channel": channel_of(GROUP)}):
        assert not answer("EVENT_SUBSCRIBE", str(odd) if odd is None else odd, living())


@pytest.mark.usefixtures("authorizer")
def test_nobody_publishes_with_a_pass_and_nothing_is_allowed_without_one() -> None:
    assert not answer("EVENT_PUBLISH", channel_of(GROUP), living())
    assert not answer("EVENT_UNKNOWN", channel_of(GROUP), living())
    for operation in ("EVENT_CONNECT", "EVENT_SUBSCRIBE", "EVENT_PUBLISH"):
        assert not answer(operation, channel_of(GROUP), "rubbish")
    assert authorize_channel.handler({}, LambdaContext()) == {"isAuthorized": False, "ttlOverride": 0}

"""Placements carry signatures that their audience shares, and are shown without one if there is no key."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from domain.metrics import Metric
from lambdas.adapters.placement_keys import SecretPlacementKeys
from lambdas.logic.placement_finder import PlacementFinder
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig
from tests.support.protocol import validate_message

MATCH = "turkey-italy"


def signatures(message: dict[str, Any]) -> list[str | None]:
    """Return the signature of every placement of a message."""
    placed = [*message["placements"], *message["alternatives"], *message["afterwards"]]
    assert placed
    return [each["signature"] for each in placed]


def test_every_placement_of_a_version_and_of_a_snapshot_is_signed(rig: DispatchRig) -> None:
    rig.follow(1)
    rig.dispatch()
    message = {"matchId": MATCH}
    snapshot = rig.subscribe_service().subscribe("c2", builders.a_viewer(2), message, None)
    issued = int(rig.clock().timestamp())
    for message in (*rig.inbox(1), snapshot):
        validate_message("Components", message)
        found = signatures(message)
        assert all(each is not None and each.startswith(f"{issued}.") for each in found)
        # AND differs by component, and by the recommendation: what follows the moment has one of its own
        told_apart = {(each["componentId"], each["recommendationId"]) for each in placed(message)}
        assert len(set(found)) == len(told_apart)


def placed(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (*message["placements"], *message["alternatives"], *message["afterwards"])


def test_an_audience_shares_its_signatures_and_no_other_has_them(rig: DispatchRig) -> None:
    # GIVEN viewers 2 and 4 of one team, 1 of another, and 3 who has engaged and is asked for by name
    rig.follow(1, 2, 4)
    rig.follow(3, engaged=True)
    rig.dispatch()
    # THEN each audience has its own signatures, which differ in each version
    one, two, three, four = ({*signatures(rig.inbox(number)[0])} for number in (1, 2, 3, 4))
    assert two == four
    assert one.isdisjoint(two | three)
    assert two.isdisjoint(three)
    rig.dispatch(rig.context(builders.a_moment(), builders.a_moment(4)))
    assert two.isdisjoint(signatures(rig.inbox(2)[1]))


def test_without_a_key_viewers_get_unsigned_placements(rig: DispatchRig) -> None:
    finder = PlacementFinder(
        ladder=rig.ladder, catalogue=rig.catalogue, signer=fakes.a_signer(fakes.FixedPlacementKeys(key=None))
    )
    rig.follow(1)
    context = rig.context()
    subscribers, _ = rig.connections.subscriber_page(MATCH, 0, None, 10, rig.clock())
    _, found = finder.find(context, rig.matches.matches[MATCH], subscribers, {}, rig.clock())
    (placements,) = found.values()
    assert [each.to_message()["signature"] for each in placements.choice.placements] == [None, None]


class Secrets:
    """A client of Secrets Manager that counts its reads and can fail."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.fails = False
        self._client = boto3.client("secretsmanager")

    def get_secret_value(self, **request: str) -> Any:
        self.reads.append(request["VersionStage"])
        if self.fails:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return self._client.get_secret_value(**request)


@pytest.fixture
def secrets(resources: dict[str, str]) -> Secrets:
    return Secrets()


@pytest.fixture
def telemetry() -> fakes.RecordedTelemetry:
    return fakes.RecordedTelemetry()


@pytest.fixture
def read_keys(
    secrets: Secrets, clock: fakes.FrozenClock, telemetry: Any
) -> Callable[[], SecretPlacementKeys]:
    def build() -> SecretPlacementKeys:
        client: Any = secrets
        return SecretPlacementKeys(lambda: client, os.environ["PLACEMENT_KEY_SECRET_ARN"], clock, telemetry)

    return build


@pytest.fixture
def clock() -> fakes.FrozenClock:
    return fakes.FrozenClock()


def test_the_key_is_read_every_five_minutes(
    secrets: Secrets, read_keys: Callable[[], SecretPlacementKeys], clock: fakes.FrozenClock
) -> None:
    keys = read_keys()
    for minutes, reads in ((0, 1), (4, 1), (1, 2)):
        clock.sleep(timedelta(minutes=minutes).total_seconds())
        assert keys.current() == b"placed by us"
        assert len(secrets.reads) == reads


def test_a_key_that_was_read_outlives_an_outage_of_secrets_manager(
    secrets: Secrets,
    read_keys: Callable[[], SecretPlacementKeys],
    clock: fakes.FrozenClock,
    telemetry: fakes.RecordedTelemetry,
) -> None:
    known, unknown = read_keys(), read_keys()
    assert known.current() is not None
    secrets.fails = True
    clock.sleep(301)
    assert known.current() == b"placed by us"
    # WHEN it was never read there is none, and the secret is not asked for every audience
    assert [unknown.current() for _ in range(100)] == [None] * 100
    assert len(secrets.reads) == 3
    assert telemetry.counts[Metric.PLACEMENT_KEYS_UNREADABLE] == 2
    # THEN it is read soon after the outage
    secrets.fails = False
    clock.sleep(11)
    assert unknown.current() == known.current() == b"placed by us"

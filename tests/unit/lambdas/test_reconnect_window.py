"""Messages tell apps how to spread their reconnects, by the number of subscribers that dispatches found."""

from typing import Any

from tests.support import builders
from tests.support.dispatch_rig import DispatchRig
from tests.support.protocol import validate_message

MATCH = "turkey-italy"


def windows(rig: DispatchRig, number: int = 1) -> list[int | None]:
    """Return the window of each message that a viewer got."""
    for message in rig.inbox(number):
        validate_message("Components", message)
    return [message.get("reconnectWithinSeconds") for message in rig.inbox(number)]


def subscribe(rig: DispatchRig, **fields: Any) -> dict[str, Any]:
    """Subscribe another viewer and return the answer."""
    message = {"matchId": MATCH, **fields}
    return rig.subscribe_service().subscribe("c-new", builders.a_viewer(9_999), message, None)


def test_a_version_tells_the_window_of_the_subscribers_that_the_one_before_it_found(rig: DispatchRig) -> None:
    # GIVEN a match of which only this shard's dispatch is counted
    rig.follow(*range(1, 1_002))
    first = rig.context()
    rig.dispatch(first)
    assert windows(rig) == [None]
    # WHEN the next version is dispatched
    rig.dispatch(first.with_frozen(("poll",)))
    # THEN it spreads 1,001 subscribers over 3 seconds
    assert windows(rig) == [None, 3]
    assert rig.connections.subscriber_count(MATCH, rig.clock()) == 1_001


def test_snapshots_and_acknowledgements_tell_the_window(rig: DispatchRig) -> None:
    assert "reconnectWithinSeconds" not in subscribe(rig)
    rig.connections.record_subscriber_count(MATCH, 0, 30_000, rig.clock())
    rig.connections.record_subscriber_count(MATCH, 1, 10_000, rig.clock())
    snapshot, acknowledged = subscribe(rig), subscribe(rig, lastVersion=0)
    validate_message("Components", snapshot)
    validate_message("Ack", acknowledged)
    assert snapshot["reconnectWithinSeconds"] == acknowledged["reconnectWithinSeconds"] == 100


def test_a_dispatch_that_continues_at_its_checkpoint_leaves_the_count(rig: DispatchRig) -> None:
    rig.follow(*range(500))
    rig.connections.record_subscriber_count(MATCH, 0, 7_000, rig.clock())
    context = rig.context()
    rig.ledger.save_checkpoint(MATCH, context.version, 0, ("c00249", ()))
    rig.dispatch(context)
    assert windows(rig, 300) == [18]
    assert rig.connections.subscriber_count(MATCH, rig.clock()) == 7_000

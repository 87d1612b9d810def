"""Messages tell apps how to spread their reconnects, by the number of subscribers that dispatches found."""

from datetime import timedelta
from typing import Any

from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.dispatch_task import DispatchTask
from lambdas.logic.errors import DispatchIncompleteError
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


def test_a_shard_that_several_deliveries_read_is_counted(rig: DispatchRig) -> None:
    # GIVEN a shard of whose pages a delivery reads a few
    rig.follow(*range(1_001))
    context, began = rig.context(), rig.clock()
    rig.poster.on_post = lambda _: rig.clock.sleep(0.01)
    task = DispatchTask(context=context, shard=0)
    deliveries = 0
    # WHEN its task is delivered until it is done
    while True:
        deliveries += 1
        try:
            rig.dispatcher.dispatch(
                task, rig.clock() + timedelta(seconds=3), first_sent_at=began if deliveries > 1 else None
            )
        except DispatchIncompleteError:
            assert rig.connections.subscriber_count(MATCH, rig.clock()) == 0
        else:
            break
    # THEN all are counted, once
    assert deliveries > 1
    assert rig.connections.subscriber_count(MATCH, rig.clock()) == 1_001


def test_a_dispatch_that_an_earlier_version_of_the_code_began_leaves_the_count(rig: DispatchRig) -> None:
    rig.follow(*range(500))
    rig.connections.record_subscriber_count(MATCH, 0, 7_000, rig.clock())
    context = rig.context()
    rig.ledger.save_checkpoint(MATCH, context.version, 0, DispatchCheckpoint(position="c00249"))
    rig.dispatch(context)
    assert windows(rig, 300) == [18]
    assert rig.connections.subscriber_count(MATCH, rig.clock()) == 7_000

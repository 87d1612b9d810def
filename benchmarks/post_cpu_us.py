"""`post_cpu_us`: CPU time of one post to a connection. The peer is boto3 with a thread pool.

Both post the same message to the same sockets of one gateway, which runs in a process of its own.
"""

import json
from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.rig.boto3_threads import Boto3ThreadsPoster
from benchmarks.rig.environment import REGION, set_fake_account
from benchmarks.rig.helper_process import helper
from benchmarks.rig.processor_time import processor_figure, processor_seconds
from lambdas.adapters.crt_poster import CrtConnectionPoster

SOCKETS = 500
ROUNDS = 6
BODY = json.dumps({"type": "components", "placements": ["x" * 64] * 30}).encode()


def figures() -> Iterator[Figure]:
    """Yield one line."""
    set_fake_account()
    with helper("benchmarks.rig.gateway_process", str(SOCKETS), "requests=none") as gateway:
        messages = [(connection_id, BODY) for connection_id in gateway["connections"]]
        ours = CrtConnectionPoster(endpoint=gateway["endpoint"], region=REGION)
        peer = Boto3ThreadsPoster(gateway["endpoint"])
        sent = {len(ours.post(messages).sent), len(peer.post(messages).sent)}
        assert sent == {SOCKETS}, "every post is delivered"
        own_seconds = peer_seconds = 0.0
        for _ in range(ROUNDS):  # in turn, so that the machine's load affects both
            own_seconds += processor_seconds(lambda: ours.post(messages))
            peer_seconds += processor_seconds(lambda: peer.post(messages))
    posts = SOCKETS * ROUNDS
    yield processor_figure(
        "post_cpu_us", own_seconds, peer_seconds, calls=posts, posts=posts, message_bytes=len(BODY)
    )

"""`post_cpu_us`: CPU time of one post to a connection. The peer is boto3 with a thread pool.

Both post the same message to the same sockets of one gateway, which runs in a process of its own.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

from benchmarks.figure import Figure, paired_figure
from benchmarks.rig.boto3_threads import Boto3ThreadsPoster
from benchmarks.rig.environment import REGION, set_fake_account
from benchmarks.rig.helper_process import helper
from benchmarks.rig.processor_time import processor_seconds
from lambdas.adapters.crt_poster import CrtConnectionPoster

SOCKETS = 500
ROUNDS = 6
TIME_LIMIT = timedelta(minutes=1)
BODY = json.dumps({"type": "components", "placements": ["x" * 64] * 30}).encode()


def figures() -> Iterator[Figure]:
    """Yield one line."""
    set_fake_account()
    with helper("benchmarks.rig.gateway_process", str(SOCKETS), "requests=none") as gateway:
        messages = [(connection_id, BODY) for connection_id in gateway["connections"]]
        ours = CrtConnectionPoster(endpoint=gateway["endpoint"], region=REGION)
        peer = Boto3ThreadsPoster(gateway["endpoint"])
        sent = {len(poster.post(messages, time_limit=TIME_LIMIT).sent) for poster in (ours, peer)}
        assert sent == {SOCKETS}, "every post is delivered"
        pairs = [  # in turn, so that the machine's load affects both
            (
                processor_seconds(lambda: ours.post(messages, time_limit=TIME_LIMIT)) / SOCKETS * 1e6,
                processor_seconds(lambda: peer.post(messages, time_limit=TIME_LIMIT)) / SOCKETS * 1e6,
            )
            for _ in range(ROUNDS)
        ]
    yield paired_figure(
        "post_cpu_us",
        "us",
        peer="boto3_threads",
        pairs=pairs,
        posts=SOCKETS * ROUNDS,
        message_bytes=len(BODY),
    )

"""`cold_start_ms`: the time that `dispatch_components` takes to initialise.

It imports the function's modules and creates its collaborators, among them a DynamoDB client. The peer
imports boto3 and creates that client only. Each runs in new processes, in turn; the start of the interpreter
does not count. The value is the median of the rounds.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from benchmarks.rig.environment import REGION, set_fake_account

ROUNDS = 9
OWN = "from lambdas.handlers import dispatch_components; dispatch_components.dispatcher()"
PEER = "import boto3; boto3.client('dynamodb')"
SETTINGS = {
    "CONNECTIONS_TABLE_NAME": "connections",
    "COMPONENTS_TABLE_NAME": "components",
    "CONSTRAINTS_TABLE_NAME": "constraints",
    "MATCHES_TABLE_NAME": "matches",
    "CAMPAIGN_ARN": f"arn:aws:personalize:{REGION}:123456789012:campaign/benchmark",
    "CAMPAIGN_TRANSACTIONS_PER_SECOND": "500",
    "RECOMMENDATION_MODE": "cohort",
    "EXPERIMENT_SEASON": "bench",
    "EXPERIMENT_HOLDOUT_SHARE": "0.05",
    "EXPERIMENT_TRIAL_SHARE": "0.02",
    "POSTS_PER_SECOND": "9000",
    "POST_BURST": "5000",
    "WEBSOCKET_ENDPOINT": "https://example.execute-api.amazonaws.com/live",
    "PREPARATION_QUEUE_URL": "https://sqs.amazonaws.com/123456789012/preparation",
    "DECISIONS_STREAM_NAME": "decisions",
    "NIGHT_TABLE_NAME": "night",
    "DEAD_LETTERS_QUEUE_URL": "https://sqs.amazonaws.com/123456789012/dead-letters",
    "POWERTOOLS_SERVICE_NAME": "dispatch_components",
    "POWERTOOLS_METRICS_NAMESPACE": "Touchline",
}


def figures() -> Iterator[Figure]:
    """Yield one line."""
    set_fake_account(**SETTINGS)
    rounds = [(_milliseconds(OWN), _milliseconds(PEER)) for _ in range(ROUNDS)]
    yield figure(
        "cold_start_ms",
        statistics.median(own for own, _ in rounds),
        "ms",
        peer="boto3_one_client",
        peer_value=statistics.median(peer for _, peer in rounds),
        rounds=ROUNDS,
    )


def _milliseconds(work: str) -> float:
    script = f"import time; began = time.perf_counter(); {work}; print((time.perf_counter() - began) * 1000)"
    ended = subprocess.run(
        [sys.executable, "-c", script], env=os.environ, check=True, stdout=subprocess.PIPE, text=True
    )
    return float(ended.stdout)

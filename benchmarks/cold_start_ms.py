"""`cold_start_ms`: what `dispatch_components` does before its first record, beside boto3 with one client.

Its modules are imported and its collaborators built, the client of DynamoDB among them, which is all that the
peer does; both in new processes, turn by turn, without the interpreter's own start. Median of the rounds.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from benchmarks.rig.environment import REGION, pretend_account

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
    "WEBSOCKET_ENDPOINT": "https://example.execute-api.amazonaws.com/live",
    "DECISIONS_STREAM_NAME": "decisions",
    "NIGHT_TABLE_NAME": "night",
    "DEAD_LETTERS_QUEUE_URL": "https://sqs.amazonaws.com/123456789012/dead-letters",
    "POWERTOOLS_SERVICE_NAME": "dispatch_components",
    "POWERTOOLS_METRICS_NAMESPACE": "Touchline",
}


def figures() -> Iterator[Figure]:
    """One line."""
    pretend_account(**SETTINGS)
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

"""`cold_start_ms`: the processor time that `dispatch_components` takes to initialise.

It imports the function's modules from the deployed package, which holds compiled modules as boto3's does, and
creates its collaborators, among them a DynamoDB client. The peer imports boto3 and creates that client only.
Each runs in new processes, in turn; the start of the interpreter does not count. The value is the median of
the rounds.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, paired_figure
from benchmarks.rig.environment import REGION, set_fake_account
from paths import CACHE
from stacks.packaging.function_package import function_package

ROUNDS = 9
OWN = "from lambdas.handlers import dispatch_components; dispatch_components.delivery()"
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
    "DELIVERY_MODE": "connections",
    "POSTS_PER_SECOND": "9000",
    "POST_BURST": "5000",
    "WEBSOCKET_ENDPOINT": "https://example.execute-api.amazonaws.com/live",
    "PREPARATION_QUEUE_URL": "https://sqs.amazonaws.com/123456789012/preparation",
    "DECISIONS_STREAM_NAME": "decisions",
    "NIGHT_TABLE_NAME": "night",
    "DEAD_LETTERS_QUEUE_URL": "https://sqs.amazonaws.com/123456789012/dead-letters",
    "DISPATCH_QUEUE_URL": "https://sqs.amazonaws.com/123456789012/dispatch",
    "PLACEMENT_KEY_SECRET_ARN": "placement-key",
    "POWERTOOLS_SERVICE_NAME": "dispatch_components",
    "POWERTOOLS_METRICS_NAMESPACE": "Touchline",
}


def figures() -> Iterator[Figure]:
    """Yield one line."""
    set_fake_account(**SETTINGS)
    package = function_package(CACHE)
    rounds = [(_milliseconds(OWN, package), _milliseconds(PEER, package)) for _ in range(ROUNDS)]
    yield paired_figure("cold_start_ms", "ms", peer="boto3_one_client", pairs=rounds)


def _milliseconds(work: str, package: Path) -> float:
    script = f"import time; began = time.process_time(); {work}; print((time.process_time() - began) * 1000)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=package,
        env=os.environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(ended.stdout)

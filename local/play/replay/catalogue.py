"""Publish the catalogue of components and constraints before the first match."""

import time

from local.play.replay.errors import ReplayError
from local.play.replay.replay import RunningTwin
from local.play.replay.stack_outputs import StackOutputs
from paths import CATALOGUE_FOLDER, CLIENT_BUILD

BUILT_CATALOGUE = CLIENT_BUILD / "remotes"
"""Where the client's build writes the catalogue with the hashes of its micro-frontends."""
FILES = ("components.json", "constraints.json")
TIMEOUT_SECONDS = 60


def publish_catalogue(twin: RunningTwin) -> None:
    """Upload the catalogue as operators do, and wait until the tables hold it; raises ReplayError.

    If the client was built, its build's catalogue is published, which carries the components' hashes.
    """
    outputs = StackOutputs.read(twin.outputs)
    s3 = twin.client("s3")
    for name in FILES:
        built = BUILT_CATALOGUE / name
        body = (built if built.exists() else CATALOGUE_FOLDER / name).read_bytes()
        s3.put_object(Bucket=outputs.curated_bucket_name, Key=f"catalogue/{name}", Body=body)
    dynamodb = twin.client("dynamodb")
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        tables = (outputs.components_table_name, outputs.constraints_table_name)
        if all(dynamodb.scan(TableName=table, Limit=1)["Count"] for table in tables):
            return
        time.sleep(0.1)
    raise ReplayError(f"catalogue: expected the loader to fill the tables within {TIMEOUT_SECONDS} seconds")

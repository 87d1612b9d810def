"""Publishing what a deployment needs before its first match: the catalogue."""

import time

from local.play.replay.deployment import Deployment
from local.play.replay.errors import ReplayError
from local.play.replay.replay import RunningTwin
from paths import CATALOGUE_FOLDER, CLIENT_BUILD

SEALED = CLIENT_BUILD / "remotes"
"""Where the client's build puts the catalogue with the hashes of its micro-frontends."""
FILES = ("components.json", "constraints.json")
PATIENCE_SECONDS = 60


def publish_catalogue(twin: RunningTwin) -> None:
    """Put the catalogue where operators put it, and wait until the tables hold it; raises ReplayError.

    Where the client was built, the components are those of its build, with their hashes.
    """
    deployment = Deployment.from_outputs(twin.outputs)
    s3 = twin.client("s3")
    for name in FILES:
        built = SEALED / name
        body = (built if built.exists() else CATALOGUE_FOLDER / name).read_bytes()
        s3.put_object(Bucket=deployment.curated_bucket_name, Key=f"catalogue/{name}", Body=body)
    dynamodb = twin.client("dynamodb")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        tables = (deployment.components_table_name, deployment.constraints_table_name)
        if all(dynamodb.scan(TableName=table, Limit=1)["Count"] for table in tables):
            return
        time.sleep(0.1)
    raise ReplayError(f"catalogue: expected the loader to fill the tables within {PATIENCE_SECONDS} seconds")

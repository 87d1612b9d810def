"""The catalogue that operators upload is published as it is, or not at all."""

import json
from typing import Any

import pytest

from local.play.replay.catalogue import publish_catalogue
from tests.e2e.rig import Rig, eventually

KEY = "catalogue/constraints.json"
pytestmark = pytest.mark.twin


async def test_an_upload_replaces_the_catalogue_and_an_invalid_one_leaves_it_as_it_was(rig: Rig) -> None:
    s3, bucket = rig.twin.client("s3"), rig.twin.output("CuratedBucketName")
    rig.dead_letters()
    published = json.loads(s3.get_object(Bucket=bucket, Key=KEY)["Body"].read())
    # WHEN a catalogue with one more constraint is uploaded, and then the one before
    added = {**published["constraints"][0], "id": "added"}
    changed = {**published, "constraints": [*published["constraints"], added]}
    s3.put_object(Bucket=bucket, Key=KEY, Body=json.dumps(changed).encode())
    await eventually(lambda: "added" in _constraints(rig), "the added constraint")
    publish_catalogue(rig.twin)
    # THEN the table has exactly that
    expected = {each["id"] for each in published["constraints"]}
    await eventually(lambda: _constraints(rig) == expected, "the catalogue before")
    # AND WHEN a file is invalid THEN it is a dead letter with its reason, and nothing changes
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"{")
    letters: list[dict[str, Any]] = []

    def is_dead_letter() -> bool:
        letters.extend(rig.dead_letters())
        return any(letter["source"] == "catalogue" and letter["payload"] == KEY for letter in letters)

    await eventually(is_dead_letter, "the dead letter of the file")
    assert _constraints(rig) == expected
    publish_catalogue(rig.twin)


def _constraints(rig: Rig) -> set[str]:
    """Return the ids of the published constraints."""
    table = rig.twin.output("ConstraintsTableName")
    rows = rig.twin.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    return {row["rule_id"]["S"] for row in rows}

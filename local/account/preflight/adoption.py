"""Compares the dataset group that a stage adopts with what the stage expects of it."""

import json
from collections.abc import Callable
from typing import Any

from local.account.preflight.schema_differences import schema_differences
from local.account.preflight.synthesized_stage import SynthesizedStage

Client = Callable[[str], Any]
Fields = dict[str, Any]
ADOPTED = "Touchline::AdoptedDatasetGroup"
"""The entry of the template's metadata: the group, the schemas, the tracker and the attribution."""


def adoption_differences(stage: SynthesizedStage, client: Client) -> list[str]:
    """Return one line for each difference; none for a stage that creates its own dataset group."""
    adopted = stage.metadata("personalize", ADOPTED)
    if adopted is None:
        return []
    personalize = client("personalize")
    group = adopted["DatasetGroupArn"]
    try:
        status = personalize.describe_dataset_group(datasetGroupArn=group)["datasetGroup"]["status"]
    except personalize.exceptions.ResourceNotFoundException:
        return [f"expected the dataset group {group}; it does not exist in this account and region"]
    if status != "ACTIVE":
        return [f"expected the dataset group {group} to be ACTIVE; it is {status}"]
    return [
        *_dataset_differences(personalize, group, adopted["Schemas"]),
        *_tracker_differences(personalize, group, adopted["TrackingId"]),
        *_attribution_differences(personalize, group, creates=adopted["CreatesMetricAttribution"]),
    ]


def _listed(personalize: Any, kind: str, group: str) -> list[Fields]:
    """Return all datasets, event trackers or metric attributions of a group."""
    pages = personalize.get_paginator(f"list_{kind}").paginate(datasetGroupArn=group)
    return [one for page in pages for value in page.values() if isinstance(value, list) for one in value]


def _dataset_differences(personalize: Any, group: str, schemas: dict[str, str]) -> list[str]:
    datasets = {
        one["datasetType"].upper(): one["datasetArn"] for one in _listed(personalize, "datasets", group)
    }
    lines = []
    for dataset_type, expected in schemas.items():
        arn = datasets.get(dataset_type.upper())
        if arn is None:
            lines.append(f"expected a dataset of type {dataset_type}; the group has none")
            continue
        schema_arn = personalize.describe_dataset(datasetArn=arn)["dataset"]["schemaArn"]
        found = personalize.describe_schema(schemaArn=schema_arn)["schema"]["schema"]
        differences = schema_differences(json.loads(expected), json.loads(found))
        lines += [f"{dataset_type}: {difference}" for difference in differences]
    return lines


def _tracker_differences(personalize: Any, group: str, expected: str | None) -> list[str]:
    found = [
        personalize.describe_event_tracker(eventTrackerArn=one["eventTrackerArn"])["eventTracker"][
            "trackingId"
        ]
        for one in _listed(personalize, "event_trackers", group)
    ]
    if expected is None and found:
        return [
            f"the group has an event tracker, and a second one is refused: set tracking_id to {found[0]!r}"
        ]
    if expected is not None and expected not in found:
        has = f"that of the group is {found[0]!r}" if found else "the group has no event tracker"
        return [f"expected an event tracker with the tracking_id {expected!r}; {has}"]
    return []


def _attribution_differences(personalize: Any, group: str, *, creates: bool) -> list[str]:
    found = [one["name"] for one in _listed(personalize, "metric_attributions", group)]
    if creates and found:
        return [
            f"the group has the metric attribution {found[0]}, and a second one is refused:"
            " set creates_metric_attribution to False"
        ]
    if not creates and not found:
        return [
            "the group has no metric attribution, so no metric counts the clicks on recommendations:"
            " set creates_metric_attribution to True"
        ]
    return []

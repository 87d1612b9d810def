"""The preflight tells each difference between an adopted dataset group and what the stage expects of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.registry import CONTEXT_REGISTRY
from local.account.preflight.adoption import ADOPTED, adoption_differences
from local.account.preflight.synthesized_stage import SynthesizedStage
from stacks.dataset_schemas import DatasetSchema, dataset_schemas
from tests.support.personalize_data import ROLE
from tests.support.personalize_twin import PersonalizeTwin

SCHEMAS = {schema.dataset_type: schema for schema in dataset_schemas(CONTEXT_REGISTRY.names)}


def stage(group: str, *, tracking_id: str | None = None, creates: bool = True) -> SynthesizedStage:
    """Return the templates of a stage that adopts a group."""
    expected = {
        "DatasetGroupArn": group,
        "Schemas": {name: schema.avro for name, schema in SCHEMAS.items()},
        "TrackingId": tracking_id,
        "CreatesMetricAttribution": creates,
    }
    return SynthesizedStage(
        name="production", templates={"personalize-f00d": {"Metadata": {ADOPTED: expected}, "Resources": {}}}
    )


def differences(twin: PersonalizeTwin, adopting: SynthesizedStage) -> list[str]:
    return adoption_differences(adopting, lambda _service: twin.clients.control)


def group_with(twin: PersonalizeTwin, schemas: Sequence[DatasetSchema]) -> str:
    """Create a dataset group with a dataset for each schema, and return its ARN."""
    group = twin.group("history")
    for schema in schemas:
        twin.dataset(group, schema.dataset_type, schema.avro, f"history-{schema.dataset_type.lower()}")
    return group


def changed(dataset_type: str, **columns: dict[str, Any] | None) -> DatasetSchema:
    """Return a schema of the stage with columns replaced, added, or without those that are None."""
    fields: dict[str, Any] = {each["name"]: each for each in SCHEMAS[dataset_type].fields} | columns
    return DatasetSchema(dataset_type=dataset_type, fields=tuple(each for each in fields.values() if each))


def test_a_group_as_the_stage_expects_it_has_no_difference(twin: PersonalizeTwin) -> None:
    assert differences(twin, stage(group_with(twin, dataset_schemas(CONTEXT_REGISTRY.names)))) == []


def test_a_stage_with_a_group_of_its_own_has_nothing_to_compare(twin: PersonalizeTwin) -> None:
    own = SynthesizedStage(name="development", templates={"personalize": {"Resources": {}}})
    assert differences(twin, own) == []


def test_each_difference_of_a_schema_is_told(twin: PersonalizeTwin) -> None:
    # GIVEN a group without items, with a column missing, one of another kind, and one that nobody writes
    group = group_with(
        twin,
        [
            changed("Interactions", MATCH_EVENT=None, MATCH_PHASE={"name": "MATCH_PHASE", "type": "string"}),
            changed("Users", LOYALTY={"name": "LOYALTY", "type": ["null", "int"]}),
        ],
    )
    # THEN there is a line for each
    assert differences(twin, stage(group)) == [
        "Interactions: expected the column MATCH_EVENT (string, categorical, nullable); the schema lacks it",
        "Interactions: expected the column MATCH_PHASE to be string, categorical, nullable;"
        " it is string, never null",
        "Users: the schema has the column LOYALTY (int, nullable), which the jobs do not write:"
        " an import of this dataset fails",
        "expected a dataset of type Items; the group has none",
    ]


def test_the_tracker_and_the_attribution_of_the_group_are_told(twin: PersonalizeTwin) -> None:
    # GIVEN a group with its own event tracker and metric attribution
    control = twin.clients.control
    group = group_with(twin, dataset_schemas(CONTEXT_REGISTRY.names))
    tracking_id = control.create_event_tracker(name="t", datasetGroupArn=group)["trackingId"]
    control.create_metric_attribution(
        name="clicks",
        datasetGroupArn=group,
        metrics=[{"eventType": "click", "metricName": "clicks", "expression": "SAMPLECOUNT()"}],
        metricsOutputConfig={"roleArn": ROLE},
    )
    # WHEN a stage would create its own
    assert differences(twin, stage(group)) == [
        f"the group has an event tracker, and a second one is refused: set tracking_id to '{tracking_id}'",
        "the group has the metric attribution clicks, and a second one is refused:"
        " set creates_metric_attribution to False",
    ]
    # AND WHEN it names another tracker
    assert differences(twin, stage(group, tracking_id="other", creates=False)) == [
        f"expected an event tracker with the tracking_id 'other'; that of the group is '{tracking_id}'"
    ]
    # THEN there is no difference with the group's own
    assert differences(twin, stage(group, tracking_id=tracking_id, creates=False)) == []


@pytest.mark.parametrize(
    ("tracking_id", "line"),
    [
        ("known", "expected an event tracker with the tracking_id 'known'; the group has no event tracker"),
        (None, "the group has no metric attribution, so no metric counts the clicks on recommendations:"
         " set creates_metric_attribution to True"),
    ],
)  # fmt: skip
def test_what_the_group_lacks_is_told(twin: PersonalizeTwin, tracking_id: str | None, line: str) -> None:
    group = group_with(twin, dataset_schemas(CONTEXT_REGISTRY.names))
    assert line in differences(twin, stage(group, tracking_id=tracking_id, creates=tracking_id is not None))


def test_a_group_that_does_not_exist_is_told(twin: PersonalizeTwin) -> None:
    group = "arn:aws:personalize:us-east-1:123456789012:dataset-group/nowhere"
    assert differences(twin, stage(group)) == [
        f"expected the dataset group {group}; it does not exist in this account and region"
    ]

"""The clickstream as datasets of Personalize, as the Glue jobs and the import produce them."""

import numpy as np
import pyarrow as pa

from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.clickstream import INTERVAL_SECONDS, NOTHING, START, Clickstream
from local.study.simulator.truth import Truth
from local.study.simulator.world import SimulatedWorld
from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.dataset_schema import DatasetSchema, SchemaField

TRAITS = ("FAVOURITE_TEAM", "AGE_BAND", "COUNTRY", "TIER")


def traits_of_cohorts(world: SimulatedWorld[Truth]) -> list[dict[str, str]]:
    """Return the row of the Users dataset for each cohort."""
    return [
        {name: str(getattr(cohort, name.lower())) for name in TRAITS} for cohort in world.population.cohorts
    ]


def training_data(
    world: SimulatedWorld[Truth],
    clickstream: Clickstream,
    *,
    context: bool = True,
    cohort_rows: bool = True,
) -> GroupData:
    """Return interactions of viewers and their cohorts, users and items.

    `context` False leaves out the context columns, `cohort_rows` False the interactions of the cohorts.
    """
    columns = CONTEXT_REGISTRY.names if context else ()
    traits = traits_of_cohorts(world)
    members = len(world.population) - world.held_out
    users = {
        world.population.viewer_ids[at]: traits[int(world.population.cohort[at])] for at in range(members)
    } | {cohort.pseudo_user_id: traits[at] for at, cohort in enumerate(world.population.cohorts)}
    items = {
        component.id: {
            "COMPONENT_TYPE": component.type,
            "SLOT": component.slot.value,
            "CATEGORIES": "|".join(sorted(component.categories)),
            "PARTNER": component.partner,
        }
        for component in world.components
    }
    return GroupData(
        schemas={
            "INTERACTIONS": _schema("INTERACTIONS", columns),
            "USERS": _schema("USERS", TRAITS),
            "ITEMS": _schema("ITEMS", ("COMPONENT_TYPE", "SLOT", "CATEGORIES", "PARTNER")),
        },
        interactions=_interactions(world, clickstream, columns, cohort_rows=cohort_rows),
        users=users,
        items=items,
    )


def _schema(dataset_type: str, categories: tuple[str, ...]) -> DatasetSchema:
    return DatasetSchema(
        dataset_type=dataset_type,
        fields=tuple(
            SchemaField(name=name, type="string", nullable=True, categorical=True) for name in categories
        ),
    )


def _interactions(
    world: SimulatedWorld[Truth], clickstream: Clickstream, columns: tuple[str, ...], *, cohort_rows: bool
) -> pa.Table:
    """Return an impression row per slate and a click row per engagement, for the viewer and its cohort."""
    ids = np.array([*(component.id for component in world.components), ""], dtype=object)
    slates = np.array(["|".join(filter(None, row)) for row in ids[clickstream.slate]], dtype=object)
    slate, place = np.nonzero(clickstream.engaged)
    every = np.flatnonzero(clickstream.slate[:, 0] != NOTHING)
    row = np.concatenate([every, slate])
    item = np.concatenate([clickstream.slate[every, 0], clickstream.slate[slate, place]])
    kind = np.repeat(np.array(["impression", "click"], dtype=object), [len(every), len(slate)])
    viewer_ids = np.array(world.population.viewer_ids, dtype=object)[clickstream.viewer]
    cohort_ids = np.array([cohort.pseudo_user_id for cohort in world.population.cohorts], dtype=object)
    cohort_of = cohort_ids[world.population.cohort[clickstream.viewer]]
    twice = np.tile(row, 2)
    table = {
        "USER_ID": np.concatenate([viewer_ids[row], cohort_of[row]]),
        "ITEM_ID": np.tile(ids[item], 2),
        "TIMESTAMP": int(START.timestamp()) + twice * INTERVAL_SECONDS,
        "EVENT_TYPE": np.tile(kind, 2),
        "IMPRESSION": slates[twice],
        "RECOMMENDATION_ID": np.char.add("simulated-", twice.astype(str)).astype(object),
    }
    for name in columns:
        values = np.array([context[name] for context in world.situations.contexts], dtype=object)
        table[name] = values[clickstream.situation[twice]]
    rows = len(twice) if cohort_rows else len(row)
    return pa.table({name: pa.array(values[:rows]) for name, values in table.items()})

"""A stage is changed while a match is on, and every viewer is served through each of the changes.

The stages are deployed one over the other in one twin, as their platform team would over the years.
"""

import asyncio
import io
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pyarrow.parquet as pq
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.interaction import InteractionType
from domain.match import Side
from domain.metrics import Metric
from local.play.demo.demo_match import load_demo_feed
from local.play.demo.training import execute, upload_history
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.feed_client import FeedClient
from local.play.replay.persona import Persona
from local.play.replay.persona_app import PersonaApp
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter
from local.twin.provision.changes import Action
from local.twin.twin import Twin
from paths import CACHE
from stacks import dataset_schemas
from stacks.config import DatasetSettings, PersonalizeConfig, SolutionSettings, StageConfig, stage_config
from stacks.config import personalize as personalize_config
from stacks.packaging.function_package import function_package
from tests.infrastructure.assembly import synthesize_config
from tests.support.builders import a_match
from tests.support.feed_entries import goal
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.twin,
    pytest.mark.lasting,
    # The training history is one large upload, and the twin runs in this process.
    pytest.mark.filterwarnings("default:Sending a large body:ResourceWarning"),
]
MATCH_ID = "changed"
INTERACTIONS = 6_000
SECOND = "aws-user-personalization-v2"
EARLIER = DatasetSettings(columns=("MATCH_EVENT", "SCORE_DIFFERENCE", "MATCH_PHASE", "TEAM_COMPOSITION"))
"""The dataset group of a stage that was deployed before the context had its fifth column."""
NAME = "touchline-development"
EARLIER_NAME = f"{NAME}-{EARLIER.fingerprint}"
ADDED = {"Users": ("LANGUAGE",), "Items": ("LEAGUE",)}
COHORT = Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="free")
RECOMMENDED = {"viewer", "cohort"}
"""The rungs whose placements a campaign has recommended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The assemblies of one stage over the years, each with one change."""

    first: Path
    tagged: Path
    second_recipe: Path
    next_column: Path
    switched: Path
    added_columns: Path
    other_event: Path
    last: SolutionSettings
    """What fixes the solution of the last of them."""


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory, placeholders: Path) -> Iterator[Stages]:
    """The stages with the functions of this working tree; the change of a module's constant stays."""
    folder = tmp_path_factory.mktemp("stages")
    artifacts = folder / "artifacts"
    shutil.copytree(placeholders, artifacts, ignore=shutil.ignore_patterns("functions"))
    shutil.copytree(function_package(CACHE), artifacts / "functions")

    def synthesized(name: str, config: StageConfig) -> Path:
        return synthesize_config(config, folder / name, artifacts).directory

    tagged = replace(stage_config("development"), cost_tags={"cost-centre": "sport"})
    with pytest.MonkeyPatch.context() as patch:
        # The release before the fifth column had no reason to refuse a group without it.
        patch.setattr(PersonalizeConfig, "_check_datasets", lambda _config: None)
        first = replace(stage_config("development"), personalize=_personalize(datasets=EARLIER))
        paths = {
            "first": synthesized("first", first),
            "tagged": synthesized("tagged", replace(tagged, personalize=first.personalize)),
            "second_recipe": synthesized(
                "second-recipe",
                replace(tagged, personalize=_second(datasets=EARLIER, replaced_solution=SolutionSettings())),
            ),
        }
    next_column = _second(datasets=EARLIER, next_datasets=DatasetSettings())
    paths["next_column"] = synthesized("next-column", replace(tagged, personalize=next_column))
    paths["switched"] = synthesized("switched", replace(tagged, personalize=_second()))
    with pytest.MonkeyPatch.context() as patch:
        old = _second().solution
        for module in (dataset_schemas, personalize_config):
            patch.setattr(module, "ADDED_COLUMNS", ADDED)
        config = replace(tagged, personalize=_second(replaced_solution=old))
        paths["added_columns"] = synthesized("added-columns", config)
        patch.setattr(personalize_config, "LEARNED", InteractionType.CONVERSION)
        config = replace(tagged, personalize=_second(replaced_solution=old))
        paths["other_event"] = synthesized("other-event", config)
        last = config.personalize.solution
    yield Stages(**paths, last=last)
    shutil.rmtree(folder)


def _personalize(**settings: Any) -> PersonalizeConfig:
    return PersonalizeConfig(
        match_transactions_per_second=100, training_schedule="cron(0 4 ? * MON *)", **settings
    )


def _second(**settings: Any) -> PersonalizeConfig:
    return _personalize(recipe=SECOND, exploration=None, **settings)


class App(PersonaApp):
    """A viewer's app."""

    def __init__(self, twin: Twin, http: aiohttp.ClientSession, viewer_id: str) -> None:
        outputs = StackOutputs.read(twin.outputs)
        minter = TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience)
        traits = ViewerTraits(viewer_id=viewer_id, cohort=COHORT)
        super().__init__(
            http=http,
            delivery=outputs.delivery,
            token=minter.id_token(traits),
            persona=Persona(name=viewer_id, traits=traits),
            log=DeliveryLog(),
            number=0,
        )
        self.viewer_id = viewer_id


Result = TypeVar("Result")


class PlayedMatch:
    """A match with goals, and its viewers, who report what they see and click the first component."""

    def __init__(self, twin: Twin, feed: FeedClient, apps: list[App]) -> None:
        self._twin = twin
        self._feed = feed
        self._goals = 0
        self.apps = apps
        self.reported: Counter[tuple[str, str, str]] = Counter()

    async def score(self) -> None:
        """Post a goal, wait until every viewer has a newer version, and report from it."""
        self._goals += 1
        known = [app.version for app in self.apps]
        scored = goal(Side.AWAY, 1, 1 + self._goals / 20, signal_id=f"{MATCH_ID}-{self._goals}")
        await self._feed.post(MATCH_ID, [replace(scored, match_id=MATCH_ID)])
        for app, version in zip(self.apps, known, strict=True):
            assert await app.wait_for_version_after(version, timeout_seconds=60)
            message = app.messages[app.version]
            shown = [placement["componentId"] for placement in message["placements"]]
            await app.report_interactions(message, shown[:1])
            self.reported.update((app.viewer_id, "impression", each) for each in shown)
            self.reported.update((app.viewer_id, "click", each) for each in shown[:1])

    async def during(self, change: Callable[[], Result]) -> Result:
        """Make a change while a goal falls and before another one, and return its result."""
        changing = asyncio.create_task(asyncio.to_thread(change))
        await self.score()
        result = await changing
        await self.score()
        return result

    def is_up_to_date(self) -> bool:
        """True if every viewer has the newest version, and each version that was not superseded.

        A dispatch that is behind ends when a newer version exists, as on any day with load.
        """
        newest = max(app.version for app in self.apps)
        missing = [newest + 1 - len(app.messages) for app in self.apps]
        superseded = self._twin.metric_total(Metric.DISPATCHES_SUPERSEDED)
        has_newest = all(app.version == newest for app in self.apps)
        return has_newest and max(missing) <= superseded


@asynccontextmanager
async def a_played_match(twin: Twin) -> AsyncIterator[PlayedMatch]:
    """Announce a match, and let its viewers subscribe until the end of the block."""
    outputs = StackOutputs.read(twin.outputs)
    secret = twin.client("secretsmanager").get_secret_value(SecretId=outputs.feed_keys_secret_arn)
    key = json.loads(secret["SecretString"])["default"]
    async with (
        FeedClient(url=outputs.feed_url, provider="vendor", key=key) as feed,
        aiohttp.ClientSession() as http,
    ):
        await feed.announce(a_match(MATCH_ID))
        apps = [App(twin, http, name) for name in ("one", "another")]
        for app in apps:
            await app.subscribe(MATCH_ID)
        yield PlayedMatch(twin, feed, apps)
        for app in apps:
            await app.close()


def train(twin: Twin, **given: Any) -> None:
    """Run the training of the stage to its end."""
    execute(twin.client("stepfunctions"), twin.output("TrainingStateMachineArn"), pollSeconds=1, **given)


def serving(twin: Twin, campaign: str) -> str:
    """Return the name of the solution that a campaign serves."""
    client = twin.client("personalize")
    (arn,) = (
        each["campaignArn"] for each in client.list_campaigns()["campaigns"] if each["name"] == campaign
    )
    version: str = client.describe_campaign(campaignArn=arn)["campaign"]["solutionVersionArn"]
    return version.split("/")[1]


def solutions(twin: Twin) -> set[str]:
    """Return the names of the solutions that exist."""
    return {each["name"] for each in twin.client("personalize").list_solutions()["solutions"]}


def put_item_with_new_column(twin: Twin) -> None:
    """Put an item with the column that Items got; Personalize refuses a column that its schema lacks."""
    (arn,) = (
        each["datasetArn"]
        for each in twin.client("personalize").list_datasets()["datasets"]
        if each["datasetArn"].endswith(f"/{NAME}/ITEMS")
    )
    properties = json.dumps({"componentType": "quiz", "league": "Euro"})
    items = [{"itemId": "quiz-rules", "properties": properties}]
    twin.client("personalize-events").put_items(datasetArn=arn, items=items)


def _name(solution: SolutionSettings) -> str:
    return f"{NAME}-{solution.fingerprint}"


def delivered(twin: Twin) -> Counter[tuple[str, str, str]]:
    """Return the interactions of the match in the raw bucket."""
    twin.flush_firehose()
    s3, bucket = twin.client("s3"), twin.output("RawBucketName")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="interactions/")
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    found: Counter[tuple[str, str, str]] = Counter()
    for key in keys:
        if f"match_id={MATCH_ID}/" in key:
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            for row in pq.read_table(io.BytesIO(body)).to_pylist():
                found[row["viewer_id"], row["type"], row["component_id"]] += 1
    return found


async def test_the_twin_serves_through_each_change_while_a_match_is_on(stages: Stages) -> None:
    with Twin.start(stages.first) as twin:
        # GIVEN a trained stage, and a match with viewers
        publish_catalogue(twin)
        upload_history(twin, load_demo_feed().match, interactions=INTERACTIONS)
        train(twin)
        twin.deploy(f"CampaignStack{EARLIER.fingerprint}")
        async with a_played_match(twin) as match:
            first = serving(twin, EARLIER_NAME)
            # WHEN a tag is added THEN nothing is replaced
            changes = await match.during(partial(twin.update, stages.tagged))
            assert {change.action for change in changes} == {Action.CREATED, Action.UPDATED}
            # WHEN the recipe changes THEN the campaign goes on with the solution that it serves
            await match.during(partial(twin.update, stages.second_recipe))
            assert serving(twin, EARLIER_NAME) == first
            # AND takes the other one once that is trained
            await match.during(partial(train, twin, importMode="NONE"))
            second = serving(twin, EARLIER_NAME)
            assert solutions(twin) == {first, second}
            # WHEN the context has another column THEN another group is trained while the first one serves
            await match.during(partial(twin.update, stages.next_column))
            assert first not in solutions(twin)
            assert second in solutions(twin)
            await match.during(partial(train, twin))
            await match.during(partial(twin.deploy, "CampaignStack"))
            # AND serves when the configuration says so
            await match.during(partial(twin.update, stages.switched))
            # WHEN Users and Items get columns THEN they take them
            await match.during(partial(twin.update, stages.added_columns))
            put_item_with_new_column(twin)
            # WHEN another interaction is learnt
            await match.during(partial(twin.update, stages.other_event))
            # THEN the campaign serves the solution that it has until the next training
            assert serving(twin, NAME) == _name(_second().solution)
            assert solutions(twin) >= {serving(twin, NAME), _name(stages.last)}
            # THEN every viewer has had what was sent, with recommendations, and no interaction is lost
            await asyncio.to_thread(eventually, match.is_up_to_date, "every version that was not superseded")
            rungs = {message["rung"] for app in match.apps for message in app.messages.values()}
            assert rungs <= RECOMMENDED
            await asyncio.to_thread(eventually, lambda: delivered(twin) == match.reported, "the raw bucket")

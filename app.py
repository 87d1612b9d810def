"""The composition root: reads the stage from the context, and makes its stacks."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from aws_cdk import App, Stage, Tags
from constructs import Construct

from stacks.analytics_stack import AnalyticsStack
from stacks.artifacts import Artifacts
from stacks.campaign_stack import CampaignStack
from stacks.client_stack import ClientStack
from stacks.config import AdoptedDatasets, StageConfig, TokenIssuer, stage_config
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.operations_stack import OperationsStack
from stacks.packaging.flink_package import flink_package
from stacks.packaging.layer import layer_directory
from stacks.personalize_stack import PersonalizeStack
from stacks.training_stack import TrainingStack

ROOT = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchline:
    """All stacks of one stage."""

    data: DataStack
    personalize: PersonalizeStack
    training: TrainingStack
    analytics: AnalyticsStack
    delivery: DeliveryStack
    client: ClientStack
    operations: OperationsStack
    campaign: CampaignStack


def compose(scope: Construct, *, config: StageConfig, artifacts: Artifacts) -> Touchline:
    """Make the stacks of a stage and hand each what it needs of the others."""

    def name(part: str) -> str:
        return f"touchline-{config.name}-{part}"

    data = DataStack(scope, "DataStack", config=config, stack_name=name("data"))
    personalize = PersonalizeStack(
        scope,
        "PersonalizeStack",
        config=config,
        stack_name=name("personalize"),
        reports_bucket=data.decisions_bucket,
    )
    analytics = AnalyticsStack(
        scope,
        "AnalyticsStack",
        config=config,
        stack_name=name("analytics"),
        artifacts=artifacts,
        data=data,
    )
    delivery = DeliveryStack(
        scope,
        "DeliveryStack",
        config=config,
        stack_name=name("delivery"),
        artifacts=artifacts,
        data=data,
        moments=analytics.moments,
        tracking_id=personalize.tracking_id,
    )
    stacks = Touchline(
        data=data,
        personalize=personalize,
        training=TrainingStack(
            scope,
            "TrainingStack",
            config=config,
            stack_name=name("training"),
            artifacts=artifacts,
            raw_bucket=data.raw_bucket,
            curated_bucket=data.curated_bucket,
            dataset_arns=personalize.datasets.arns,
            catalog=data.catalog,
        ),
        analytics=analytics,
        delivery=delivery,
        client=ClientStack(
            scope,
            "ClientStack",
            config=config,
            stack_name=name("client"),
            artifacts=artifacts,
            data=data,
            socket_url=delivery.socket.url,
        ),
        operations=OperationsStack(
            scope,
            "OperationsStack",
            config=config,
            stack_name=name("operations"),
            artifacts=artifacts,
            data=data,
            analytics=analytics,
            delivery=delivery,
        ),
        # A stage of its own keeps the campaign out of `cdk deploy --all`, which takes the app's own stacks:
        # a campaign needs a trained solution version. After the first training, `cdk deploy 'Campaign/*'`.
        campaign=CampaignStack(
            Stage(scope, "Campaign"), "CampaignStack", config=config, stack_name=name("campaign")
        ),
    )
    Tags.of(scope).add("application", "touchline")
    Tags.of(scope).add("stage", config.name)
    return stacks


def configured(app: App) -> StageConfig:
    """The stage that the context names, with what the context overrides."""
    config = stage_config(str(app.node.get_context("stage")))
    email = app.node.try_get_context("alarm_email")
    if email:
        config = replace(config, alarm_email=str(email))
    source, sentiment = (app.node.try_get_context(key) for key in ("crowd_source", "crowd_sentiment"))
    if source:
        config = replace(config, crowd=replace(config.crowd, source=str(source)))
    if sentiment:
        config = replace(config, crowd=replace(config.crowd, sentiment=str(sentiment)))
    group = app.node.try_get_context("dataset_group_arn")
    if group:
        tracking_id = app.node.try_get_context("tracking_id")
        adopted = AdoptedDatasets(
            dataset_group_arn=str(group), tracking_id=str(tracking_id) if tracking_id else None
        )
        config = replace(config, personalize=replace(config.personalize, adopted=adopted))
    issuer = app.node.try_get_context("token_issuer")
    if issuer:
        config = replace(
            config,
            token_issuer=TokenIssuer(
                issuer=str(issuer),
                audience=str(app.node.get_context("token_audience")),
                jwks_uri=str(app.node.get_context("jwks_uri")),
            ),
        )
    return config


def main() -> None:
    """Synthesize the stage that the context names."""
    # The CDK's command line hands its own context over, and it wins; these are the defaults without it.
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(context=defaults, outdir=os.environ.get("CDK_OUTDIR", str(ROOT / "cdk.out")))
    cache = ROOT / ".cache"
    artifacts = Artifacts(
        root=ROOT,
        layer=layer_directory(cache),
        flink=flink_package(cache),
        client=ROOT / "client" / "dist",
    )
    compose(app, config=configured(app), artifacts=artifacts)
    app.synth()


if __name__ == "__main__":
    main()

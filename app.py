"""The CDK app: creates the stacks of the stage that the context selects."""

import json
import os
from dataclasses import dataclass, replace

from aws_cdk import App, Stage, Tags
from constructs import Construct

from paths import ASSEMBLY, CACHE, CLIENT_BUILD, ROOT
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
from stacks.stage_inputs import StageInputs
from stacks.training_stack import TrainingStack


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
    """Create the stacks of a stage."""
    stage = StageInputs(config=config, artifacts=artifacts)
    data = DataStack(scope, "DataStack", config=config)
    personalize = PersonalizeStack(
        scope,
        "PersonalizeStack",
        config=config,
        reports_bucket=data.decisions_bucket,
    )
    analytics = AnalyticsStack(
        scope,
        "AnalyticsStack",
        stage=stage,
        data=data,
    )
    delivery = DeliveryStack(
        scope,
        "DeliveryStack",
        stage=stage,
        data=data,
        moments=analytics.moments,
        tracking_id=personalize.tracking_id,
    )
    training = TrainingStack(
        scope,
        "TrainingStack",
        stage=stage,
        raw_bucket=data.raw_bucket,
        curated_bucket=data.curated_bucket,
        dataset_arns=personalize.datasets.arns,
        catalog=data.catalog,
    )
    stacks = Touchline(
        data=data,
        personalize=personalize,
        training=training,
        analytics=analytics,
        delivery=delivery,
        client=ClientStack(
            scope,
            "ClientStack",
            stage=stage,
            viewers=data.viewers,
            access_logs=data.access_logs_bucket,
            socket_url=delivery.socket.url,
        ),
        operations=OperationsStack(
            scope,
            "OperationsStack",
            stage=stage,
            data=data,
            analytics=analytics,
            delivery=delivery,
            training=training,
        ),
        # A campaign needs a trained solution version. `cdk deploy --all` skips the stacks of a nested Stage;
        # `cdk deploy 'Campaign/*'` deploys the campaign after the first training.
        campaign=CampaignStack(Stage(scope, "Campaign"), "CampaignStack", config=config),
    )
    Tags.of(scope).add("application", "touchline")
    Tags.of(scope).add("stage", config.name)
    return stacks


def config_from_context(app: App, region: str | None = None) -> StageConfig:
    """Return the configuration of the stage in the CDK context, with the overrides of the context.

    The region, if it is known, has a default quota of API Gateway requests.
    """

    def value(key: str) -> str | None:
        found = app.node.try_get_context(key)
        return str(found) if found else None

    config = stage_config(str(app.node.get_context("stage")))
    crowd = replace(
        config.crowd,
        source=value("crowd_source") or config.crowd.source,
        sentiment=value("crowd_sentiment") or config.crowd.sentiment,
    )
    personalize = config.personalize
    if group := value("dataset_group_arn"):
        adopted = AdoptedDatasets(dataset_group_arn=group, tracking_id=value("tracking_id"))
        personalize = replace(personalize, adopted=adopted)
    token_issuer = config.token_issuer
    if issuer := value("token_issuer"):
        token_issuer = TokenIssuer(
            issuer=issuer,
            audience=str(app.node.get_context("token_audience")),
            jwks_uri=str(app.node.get_context("jwks_uri")),
        )
    gateway = config.gateway.in_region(region)
    if requests := value("gateway_requests_per_second"):
        gateway = replace(gateway, requests_per_second=int(requests))
    return replace(
        config,
        alarm_email=value("alarm_email") or config.alarm_email,
        crowd=crowd,
        gateway=gateway,
        personalize=personalize,
        token_issuer=token_issuer,
    )


def main() -> None:
    """Synthesize the stage that the context selects."""
    # The context of the CDK CLI takes precedence; without the CLI, these defaults apply.
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(context=defaults, outdir=os.environ.get("CDK_OUTDIR", str(ASSEMBLY)))
    artifacts = Artifacts(
        root=ROOT,
        layer=layer_directory(CACHE),
        flink=flink_package(CACHE),
        client=CLIENT_BUILD,
    )
    config = config_from_context(app, region=os.environ.get("CDK_DEFAULT_REGION"))
    compose(app, config=config, artifacts=artifacts)
    app.synth()


if __name__ == "__main__":
    main()

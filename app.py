"""The CDK app: creates the stacks of the stage that the context selects."""

import json
import os
import re
import sys
from dataclasses import dataclass, replace

from aws_cdk import App, Aspects, Stage
from constructs import Construct

from domain.delivery_mode import DeliveryMode
from paths import ASSEMBLY, CACHE, CLIENT_BUILD, CONTROL_ROOM_BUILD, ROOT
from stacks.analytics_stack import AnalyticsStack
from stacks.artifacts import Artifacts
from stacks.campaign_stack import CampaignStack
from stacks.client_stack import ClientStack
from stacks.config import StageConfig, TokenIssuer, check_region, stage_config
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.encryption import EncryptStores, buckets_below
from stacks.errors import StageConfigError, SynthesisError
from stacks.operations_stack import OperationsStack
from stacks.packaging.flink_package import flink_package
from stacks.packaging.function_package import function_package
from stacks.packaging.layer import layer_directory
from stacks.personalize_stack import PersonalizeStack
from stacks.privacy_stack import PrivacyStack
from stacks.removal import DeleteWithStack
from stacks.stage_inputs import StageInputs
from stacks.stage_tags import tag_stage
from stacks.training_stack import TrainingStack

CONTEXT_KEYS = (
    *("stage", "alarm_email", "crowd_source", "crowd_sentiment", "delivery"),
    *("gateway_requests_per_second", "token_issuer", "token_audience", "jwks_uri"),
)
"""The settings that `cdk -c` may override."""
ADOPTION_KEYS = ("dataset_group_arn", "tracking_id")
"""They could be forgotten once."""


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
    privacy: PrivacyStack
    campaign: CampaignStack


def compose(scope: Construct, *, config: StageConfig, artifacts: Artifacts) -> Touchline:
    """Create the stacks of a stage."""
    stage = StageInputs(config=config, artifacts=artifacts)
    data = DataStack(scope, "DataStack", config=config)
    personalize = _personalize_stack(scope, config, data)
    trained = (
        _personalize_stack(scope, config.trained, data) if config.personalize.next_datasets else personalize
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
    )
    delivery.add_stack_dependency(personalize, reason="it reads the parameter with the tracking id")
    training = TrainingStack(
        scope,
        "TrainingStack",
        stage=stage,
        data=data,
    )
    training.add_stack_dependency(trained, reason="it imports into the datasets")
    # A campaign needs a trained solution version. `cdk deploy --all` skips the stacks of a nested Stage;
    # `cdk deploy 'Campaign/*'` deploys the campaign after the first training.
    campaigns = Stage(scope, "Campaign")
    if config.personalize.next_datasets:
        tag_stage(_campaign_stack(campaigns, config.trained), config)
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
            operators=data.operators,
            access_logs=data.access_logs_bucket,
            socket_url=delivery.socket.url,
            audiences=delivery.endpoints,
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
        privacy=PrivacyStack(
            scope,
            "PrivacyStack",
            stage=stage,
            data=data,
            analytics=analytics,
            delivery=delivery,
            training=training,
        ),
        campaign=_campaign_stack(campaigns, config),
    )
    if not config.retain_data:
        Aspects.of(scope).add(DeleteWithStack())
    if data.key:
        keep_key_of_aws = buckets_below(stacks.client) | buckets_below(data.access_logs_bucket)
        Aspects.of(scope).add(EncryptStores(data.key, except_for=keep_key_of_aws))
    tag_stage(scope, config)
    tag_stage(stacks.campaign, config)
    return stacks


def _personalize_stack(scope: Construct, config: StageConfig, data: DataStack) -> PersonalizeStack:
    return PersonalizeStack(
        scope,
        f"PersonalizeStack{config.personalize.group_fingerprint}",
        config=config,
        reports_bucket=data.decisions_bucket,
        data_key=data.key,
    )


def _campaign_stack(scope: Construct, config: StageConfig) -> CampaignStack:
    return CampaignStack(scope, f"CampaignStack{config.personalize.group_fingerprint}", config=config)


def config_from_context(app: App, region: str | None = None) -> StageConfig:
    """Return the configuration of the stage in the CDK context, with the overrides of the context.

    Raises StageConfigError for a region without Amazon Personalize; None is a region that is not known.
    """
    check_region(region)

    def value(key: str) -> str | None:
        found = app.node.try_get_context(key)
        return str(found) if found else None

    _check_keys(app)
    config = stage_config(str(app.node.get_context("stage")))
    crowd = replace(
        config.crowd,
        source=value("crowd_source") or config.crowd.source,
        sentiment=value("crowd_sentiment") or config.crowd.sentiment,
    )
    delivery = config.delivery
    if mode := value("delivery"):
        if mode not in list(DeliveryMode):
            raise StageConfigError("delivery", "one of " + ", ".join(DeliveryMode), mode)
        delivery = replace(delivery, mode=DeliveryMode(mode))
    token_issuer = config.token_issuer
    issuer = {key: value(key) for key in ("token_issuer", "token_audience", "jwks_uri")}
    if any(issuer.values()):
        for key, given in issuer.items():
            if given is None:
                raise StageConfigError(key, "a value, because an issuer needs " + ", ".join(issuer), given)
        token_issuer = TokenIssuer(
            issuer=str(issuer["token_issuer"]),
            audience=str(issuer["token_audience"]),
            jwks_uri=str(issuer["jwks_uri"]),
        )
    gateway = config.gateway
    if requests := value("gateway_requests_per_second"):
        if not requests.isdecimal():
            raise StageConfigError("gateway_requests_per_second", "a whole number", requests)
        gateway = replace(gateway, requests_per_second=int(requests))
    config = replace(
        config,
        alarm_email=value("alarm_email") or config.alarm_email,
        crowd=crowd,
        delivery=delivery,
        gateway=gateway,
        token_issuer=token_issuer,
    )
    config.check_arns(region)
    return config


def _check_keys(app: App) -> None:
    """Raise StageConfigError for a key of the context that is no setting: a misspelt one would be ignored.

    The keys of the CDK itself have other characters.
    """
    for key, given in app.node.get_all_context().items():
        if key in ADOPTION_KEYS:
            raise StageConfigError(key, "personalize.adopted in the stage's configuration instead", given)
        if key not in CONTEXT_KEYS and re.fullmatch("[a-z_]+", key):
            raise StageConfigError("context", "one of " + ", ".join(CONTEXT_KEYS), key)


def main() -> None:
    """Synthesize the stage that the context selects."""
    # The context of the CDK CLI takes precedence; without the CLI, these defaults apply.
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(context=defaults, outdir=os.environ.get("CDK_OUTDIR", str(ASSEMBLY)))
    try:
        config = config_from_context(app, region=os.environ.get("CDK_DEFAULT_REGION"))
        artifacts = Artifacts(
            root=ROOT,
            functions=function_package(CACHE),
            layer=layer_directory(CACHE),
            flink=flink_package(CACHE),
            client=CLIENT_BUILD,
            control_room=CONTROL_ROOM_BUILD,
        )
        compose(app, config=config, artifacts=artifacts)
    except SynthesisError as error:
        sys.exit(f"error: {error}")
    app.synth()


if __name__ == "__main__":
    main()

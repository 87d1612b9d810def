"""Collaborators of `issue_pass`, `authorize_channel` and `create_document_key`."""

import random

from domain.experiment import Experiment
from lambdas.adapters.aws import client, impatient_client
from lambdas.adapters.document_key import SecretDocumentKey
from lambdas.adapters.document_links import SignedDocumentLinks
from lambdas.adapters.sqs import SqsDispatchQueue
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.placement_keys import placement_keys
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import audience_store, catalogue, match_store
from lambdas.logic.channel_pass import PassSigner, PassVerifier
from lambdas.logic.opening_limit import OpeningLimit
from lambdas.logic.pass_issuer import PassIssuer
from lambdas.observability import TELEMETRY
from lambdas.settings import (
    DispatchQueueSettings,
    DocumentKeySettings,
    DocumentLinkSettings,
    HoldoutSettings,
    ImpressionSettings,
    JoinSettings,
    SocketLimitSettings,
)


@Provider
def pass_issuer() -> PassIssuer:
    """Build the issuer of passes."""
    holdout, links = read_settings(HoldoutSettings), read_settings(DocumentLinkSettings)
    return PassIssuer(
        matches=match_store(),
        catalogue=catalogue(),
        audiences=audience_store(),
        queue=SqsDispatchQueue(client("sqs"), read_settings(DispatchQueueSettings).dispatch_queue_url),
        signer=PassSigner(keys=placement_keys()),
        links=SignedDocumentLinks(
            lambda: impatient_client("secretsmanager"),
            secret_arn=links.document_key_secret_arn,
            key_pair_id=links.document_key_pair_id,
            documents_url=links.documents_url,
        ),
        experiment=Experiment(
            season=holdout.experiment_season, holdout_share=holdout.experiment_holdout_share
        ),
        telemetry=TELEMETRY,
        clock=now,
        draw=random.random,
        joins_per_second=read_settings(JoinSettings).joins_per_second,
        impression_share=read_settings(ImpressionSettings).impression_share,
    )


@Provider
def pass_verifier() -> PassVerifier:
    """Build the verifier of passes."""
    return PassVerifier(keys=placement_keys())


@Provider
def opening_limit() -> OpeningLimit:
    """Build the count of what viewers open."""
    return OpeningLimit(most=read_settings(SocketLimitSettings).sockets_per_viewer)


@Provider
def document_key() -> SecretDocumentKey:
    """Build the key pair that signs links to documents."""
    secret_arn = read_settings(DocumentKeySettings).document_key_secret_arn
    return SecretDocumentKey(client("secretsmanager"), secret_arn)

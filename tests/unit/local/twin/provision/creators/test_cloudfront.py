"""Distributions are created, changed and deleted as templates declare them."""

from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.twin.provision.creators import CREATORS, DELETERS, UPDATERS
from local.twin.provision.resources import Created, Deployed, Resource
from local.twin.services.cloudfront import Distributions

PEM = (
    generate_private_key(65537, 2048)
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


async def never_fetched(_distribution: Any, _key: str) -> Any:
    raise AssertionError


@pytest.fixture
def distributions() -> Distributions:
    return Distributions(fetch=never_fetched)


@pytest.fixture
def context(distributions: Distributions) -> Any:
    return SimpleNamespace(
        global_arn=lambda service, resource: f"arn:aws:{service}::123456789012:{resource}",
        platform=SimpleNamespace(distributions=distributions),
    )


def distribution(*key_groups: str) -> Resource:
    behaviour = {"TargetOriginId": "s3", "CachePolicyId": "cache", "TrustedKeyGroups": list(key_groups)}
    origin = {"Id": "s3", "DomainName": "documents.s3.eu-central-1.amazonaws.com"}
    config = {"DefaultCacheBehavior": behaviour, "Origins": [origin]}
    kind = "AWS::CloudFront::Distribution"
    return Resource(stack="s", logical_id="Edge", type=kind, properties={"DistributionConfig": config})


def public_key(pem: str, comment: str = "") -> Resource:
    config = {"EncodedKey": pem, "Name": "documents", "Comment": comment}
    kind = "AWS::CloudFront::PublicKey"
    return Resource(stack="s", logical_id="Key", type=kind, properties={"PublicKeyConfig": config})


def deploy(resource: Resource, context: Any) -> Deployed:
    return Deployed(resource=resource, created=CREATORS[resource.type](resource, context))


def test_a_distribution_with_a_key_group_is_served_and_another_is_not(
    distributions: Distributions, context: Any
) -> None:
    edge = deploy(distribution("group"), context)
    identity = edge.created.attributes["Id"]
    assert edge.created.physical_id == identity
    assert edge.created.attributes["DomainName"] == f"{identity.lower()}.cloudfront.net"
    assert distributions.state() == {identity.lower(): {"bucket": "documents"}}
    without = UPDATERS[edge.resource.type](edge, distribution(), context)
    assert (without, distributions.state()) == (edge.created, {})
    UPDATERS[edge.resource.type](edge, edge.resource, context)
    assert distributions.state() != {}
    DELETERS[edge.resource.type](edge, context)
    assert distributions.state() == {}


def test_a_public_key_keeps_its_key(context: Any) -> None:
    key = deploy(public_key(PEM), context)
    update = UPDATERS[key.resource.type]
    assert update(key, public_key(PEM, "another comment"), context) == key.created
    with pytest.raises(ValueError, match="EncodedKey"):
        update(key, public_key(PEM.replace("A", "B")), context)


def test_every_other_resource_has_an_id_that_distributions_refer_to(context: Any) -> None:
    cors = {"AccessControlAllowOrigins": {"Items": ["*"]}}
    declared: dict[str, dict[str, Any]] = {
        "KeyGroup": {"KeyGroupConfig": {"Name": "a", "Items": ["K1"]}},
        "CachePolicy": {"CachePolicyConfig": {"MinTTL": 0, "DefaultTTL": 1, "MaxTTL": 60}},
        "ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig": {"CorsConfig": cors}},
    }
    created = [
        deploy(
            Resource(stack="s", logical_id=name, type=f"AWS::CloudFront::{name}", properties=properties),
            context,
        ).created
        for name, properties in declared.items()
    ]
    assert all(
        each == Created(physical_id=each.physical_id, attributes={"Id": each.physical_id}) for each in created
    )
    assert len({each.physical_id for each in created}) == len(declared)

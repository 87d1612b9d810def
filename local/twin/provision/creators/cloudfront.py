"""CloudFront: distributions with a trusted key group, and the keys and policies that they use.

A distribution without a key group serves the web app on AWS; the twin serves that from its bucket.
"""

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    forget,
    put_again,
)
from local.twin.services.cloudfront import CachePolicy, Distribution, HeadersPolicy

_ID_LENGTH = 14


def _id(resource: Resource, letter: str) -> str:
    return letter + resource.short_id(_ID_LENGTH - 1).upper()


def _public_key(resource: Resource, context: ProvisionContext) -> Created:
    key_id = _id(resource, "K")
    context.platform.distributions.put_public_key(
        key_id, resource.properties["PublicKeyConfig"]["EncodedKey"]
    )
    return Created(physical_id=key_id, attributes={"Id": key_id})


def _key_group(resource: Resource, context: ProvisionContext) -> Created:
    group_id = resource.short_id(32)
    key_ids = tuple(resource.properties["KeyGroupConfig"]["Items"])
    context.platform.distributions.put_key_group(group_id, key_ids)
    return Created(physical_id=group_id, attributes={"Id": group_id})


def _cache_policy(resource: Resource, context: ProvisionContext) -> Created:
    policy_id = resource.short_id(32)
    policy = CachePolicy.declared(resource.properties["CachePolicyConfig"])
    context.platform.distributions.put_cache_policy(policy_id, policy)
    return Created(physical_id=policy_id, attributes={"Id": policy_id})


def _headers_policy(resource: Resource, context: ProvisionContext) -> Created:
    policy_id = resource.short_id(32)
    policy = HeadersPolicy.declared(resource.properties["ResponseHeadersPolicyConfig"])
    context.platform.distributions.put_headers_policy(policy_id, policy)
    return Created(physical_id=policy_id, attributes={"Id": policy_id})


def _distribution(resource: Resource, context: ProvisionContext) -> Created:
    config = resource.properties["DistributionConfig"]
    behaviour, distribution_id = config["DefaultCacheBehavior"], _id(resource, "E")
    domain = f"{distribution_id.lower()}.cloudfront.net"
    created = Created(physical_id=distribution_id, attributes={"Id": distribution_id, "DomainName": domain})
    if not behaviour.get("TrustedKeyGroups"):
        context.platform.distributions.remove_distribution(distribution_id.lower())
        return created
    (origin,) = config["Origins"]
    context.platform.distributions.put_distribution(
        Distribution(
            id=distribution_id.lower(),
            arn=context.global_arn("cloudfront", f"distribution/{distribution_id}"),
            bucket=origin["DomainName"].partition(".")[0],
            key_groups=tuple(behaviour["TrustedKeyGroups"]),
            cache_policy=behaviour["CachePolicyId"],
            headers_policy=behaviour.get("ResponseHeadersPolicyId"),
            error_seconds={
                int(each["ErrorCode"]): float(each["ErrorCachingMinTTL"])
                for each in config.get("CustomErrorResponses", ())
                if "ErrorCachingMinTTL" in each
            },
        )
    )
    return created


def _update_public_key(deployed: Deployed, resource: Resource, _context: ProvisionContext) -> Created:
    """Change a name or a comment; CloudFront refuses another key."""
    old, new = (each.properties["PublicKeyConfig"]["EncodedKey"] for each in (deployed.resource, resource))
    if old != new:
        raise ValueError("EncodedKey: expected the key that the public key was created with")
    return deployed.created


def _delete_distribution(deployed: Deployed, context: ProvisionContext) -> None:
    context.platform.distributions.remove_distribution(deployed.created.physical_id.lower())


CREATORS: dict[str, Creator] = {
    "AWS::CloudFront::CachePolicy": _cache_policy,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudFront::KeyGroup": _key_group,
    "AWS::CloudFront::PublicKey": _public_key,
    "AWS::CloudFront::ResponseHeadersPolicy": _headers_policy,
}
UPDATERS: dict[str, Updater] = {
    "AWS::CloudFront::CachePolicy": put_again(_cache_policy),
    "AWS::CloudFront::Distribution": put_again(_distribution),
    "AWS::CloudFront::KeyGroup": put_again(_key_group),
    "AWS::CloudFront::PublicKey": _update_public_key,
    "AWS::CloudFront::ResponseHeadersPolicy": put_again(_headers_policy),
}
# What no distribution refers to any more has no effect.
DELETERS: dict[str, Deleter] = {
    "AWS::CloudFront::CachePolicy": forget,
    "AWS::CloudFront::Distribution": _delete_distribution,
    "AWS::CloudFront::KeyGroup": forget,
    "AWS::CloudFront::PublicKey": forget,
    "AWS::CloudFront::ResponseHeadersPolicy": forget,
}

"""Buckets as origins, read with origin access control: the bucket's policy must allow the distribution."""

from xml.sax.saxutils import escape

from local.twin.edge.calls import BackendCalls
from local.twin.edge.errors import BackendCallError
from local.twin.permissions.access import Access
from local.twin.permissions.caller import ServicePrincipal
from local.twin.permissions.policy_store import PolicyStore
from local.twin.services.cloudfront.distribution import Distribution
from local.twin.services.cloudfront.edge_cache import OriginAnswer

_KEPT = frozenset({"cache-control", "content-encoding", "content-type", "etag", "last-modified"})


class S3Origin:
    """Reads objects with the permissions of a distribution."""

    def __init__(self, calls: BackendCalls, policies: PolicyStore) -> None:
        self._calls = calls
        self._policies = policies

    async def fetch(self, distribution: Distribution, key: str) -> OriginAnswer:
        """Return S3's answer; who may not list the bucket is denied what is missing."""
        caller = ServicePrincipal(name="cloudfront.amazonaws.com", source_arn=distribution.arn)
        calls = self._calls.acting_as(caller)
        bucket_arn = f"arn:aws:s3:::{distribution.bucket}"
        try:
            calls.check(Access(action="s3:GetObject", resource=f"{bucket_arn}/{key}"))
        except BackendCallError:
            return _denied()
        status, headers, body = await calls.get_object(distribution.bucket, key)
        may_list = Access(action="s3:ListBucket", resource=bucket_arn)
        if status == 404 and not self._policies.decide(caller, may_list).allowed:
            return _denied()
        kept = {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT}
        return OriginAnswer(status=status, headers=kept, body=body)


def _denied() -> OriginAnswer:
    headers = {"content-type": "application/xml"}
    return OriginAnswer(status=403, headers=headers, body=error_body("AccessDenied", "Access Denied"))


def error_body(code: str, message: str) -> bytes:
    """Return an error in the XML of S3 and CloudFront."""
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{declaration}<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()

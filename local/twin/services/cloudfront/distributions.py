"""The distributions of a twin: routes a request by the id in its path, and answers it at the edge."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from local.errors import CommandError
from local.twin.services.cloudfront.distribution import CachePolicy, Distribution, HeadersPolicy
from local.twin.services.cloudfront.edge_cache import CachedAnswer, EdgeCache, OriginAnswer, time_to_live
from local.twin.services.cloudfront.origin import error_body
from local.twin.services.cloudfront.signed_links import Link, LinkRefusedError, verify

PATH_PREFIX = "/_aws/cloudfront/"
_READS = frozenset({"GET", "HEAD"})

Fetch = Callable[[Distribution, str], Awaitable[OriginAnswer]]
"""Reads an object of a distribution's bucket by its key."""
CountOf = Callable[[str, float, dict[str, str]], None]
"""Counts a metric: its name, a value and its dimensions."""


class UnsupportedKeyError(CommandError):
    """A public key is not one of RSA."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"public key {key_id}: expected an RSA key in PEM")


class Distributions:
    """Serves distributions, each with a cache of its own."""

    service = "cloudfront"

    def __init__(
        self,
        *,
        fetch: Fetch,
        count: CountOf = lambda _name, _value, _dimensions: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._fetch = fetch
        self._count = count
        self._now = now
        self._keys: dict[str, RSAPublicKey] = {}
        self._key_groups: dict[str, tuple[str, ...]] = {}
        self._cache_policies: dict[str, CachePolicy] = {}
        self._headers_policies: dict[str, HeadersPolicy] = {}
        self._distributions: dict[str, Distribution] = {}
        self._caches: dict[str, EdgeCache] = {}

    def put_public_key(self, key_id: str, pem: str) -> None:
        """Add a public key; raises UnsupportedKeyError."""
        try:
            key = load_pem_public_key(pem.encode())
        except ValueError:
            raise UnsupportedKeyError(key_id) from None
        if not isinstance(key, RSAPublicKey):
            raise UnsupportedKeyError(key_id)
        self._keys[key_id] = key

    def put_key_group(self, group_id: str, key_ids: tuple[str, ...]) -> None:
        """Add a group of public keys."""
        self._key_groups[group_id] = key_ids

    def put_cache_policy(self, policy_id: str, policy: CachePolicy) -> None:
        """Add a cache policy."""
        self._cache_policies[policy_id] = policy

    def put_headers_policy(self, policy_id: str, policy: HeadersPolicy) -> None:
        """Add a response headers policy."""
        self._headers_policies[policy_id] = policy

    def put_distribution(self, distribution: Distribution) -> None:
        """Add a distribution, or replace its definition; what is cached stays."""
        self._caches.setdefault(distribution.id, EdgeCache(self._now))
        self._distributions[distribution.id] = distribution

    def remove_distribution(self, distribution_id: str) -> None:
        """Remove a distribution with its cache, if it is there."""
        self._distributions.pop(distribution_id, None)
        self._caches.pop(distribution_id, None)

    def owns(self, raw_path: str) -> bool:
        """True if a path is one of a distribution."""
        return raw_path.startswith(PATH_PREFIX)

    def is_open_to_pages(self, _path: str) -> bool:
        """True: a link to a document says who may read it."""
        return True

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer one request to a path of a distribution."""
        path = request.raw_path.partition("?")[0]
        distribution_id, _, key = path.removeprefix(PATH_PREFIX).partition("/")
        distribution = self._distributions.get(distribution_id)
        if distribution is None:
            return _error(404, "NoSuchDistribution", "The distribution does not exist")
        self._count("Requests", 1, {"DistributionId": distribution_id})
        if request.method not in _READS:
            message = "This distribution is not configured to allow the HTTP request method"
            return _error(403, "MethodNotAllowed", message)
        link = Link.requested(
            base=f"{request.scheme}://{request.host}{path}",
            query=request.rel_url.raw_query_string,
            address=request.remote or "",
        )
        try:
            verify(link, self._keys_of(distribution), self._now())
        except LinkRefusedError as refused:
            self._count("LinksRefused", 1, {"DistributionId": distribution_id})
            return _error(403, refused.code, str(refused))
        found = await self._find(distribution, unquote(key))
        metric = "CacheHits" if found.is_hit else "CacheMisses"
        self._count(metric, 1, {"DistributionId": distribution_id})
        return self._response(distribution, found, request)

    def state(self) -> dict[str, Any]:
        """Return each distribution with its bucket."""
        return {
            distribution.id: {"bucket": distribution.bucket}
            for distribution in list(self._distributions.values())
        }

    def _keys_of(self, distribution: Distribution) -> dict[str, RSAPublicKey]:
        return {
            key_id: self._keys[key_id]
            for group in distribution.key_groups
            for key_id in self._key_groups[group]
        }

    async def _find(self, distribution: Distribution, key: str) -> CachedAnswer:
        policy = self._cache_policies[distribution.cache_policy]

        def ttl(answer: OriginAnswer) -> float:
            if answer.status >= 400:
                return distribution.error_ttl(answer.status)
            return time_to_live(policy, answer.headers.get("cache-control", ""))

        return await self._caches[distribution.id].find(
            key, fetch=lambda: self._fetch(distribution, key), ttl=ttl
        )

    def _response(
        self, distribution: Distribution, found: CachedAnswer, request: web.BaseRequest
    ) -> web.Response:
        answer = found.answer
        policy = self._headers_policies.get(distribution.headers_policy or "", HeadersPolicy())
        headers = {**answer.headers, **policy.headers_for(request.headers.get("Origin"))}
        headers["X-Cache"] = f"{_outcome(found)} from cloudfront"
        if found.is_hit:
            headers["Age"] = str(int(found.age))
        tag = answer.headers.get("etag")
        if answer.status == 200 and tag is not None and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(status=answer.status, headers=headers, body=answer.body)


def _outcome(found: CachedAnswer) -> str:
    if found.answer.status >= 400:
        return "Error"
    return "Hit" if found.is_hit else "Miss"


def _error(status: int, code: str, message: str) -> web.Response:
    return web.Response(
        status=status,
        body=error_body(code, message),
        headers={"Content-Type": "text/xml", "X-Cache": "Error from cloudfront"},
    )

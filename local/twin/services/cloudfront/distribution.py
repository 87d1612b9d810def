"""Definitions of distributions, cache policies and response headers policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DEFAULT_SECONDS, _YEAR_SECONDS = 86_400.0, 31_536_000.0
_ERROR_SECONDS = 10.0
"""How long an error is cached by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """How long answers are cached, in seconds; the key is the path alone."""

    min_ttl: float = 0
    default_ttl: float = _DEFAULT_SECONDS
    max_ttl: float = _YEAR_SECONDS

    @classmethod
    def declared(cls, config: Mapping[str, Any]) -> "CachePolicy":
        """Read the property CachePolicyConfig of a template."""
        return cls(
            min_ttl=float(config["MinTTL"]),
            default_ttl=float(config["DefaultTTL"]),
            max_ttl=float(config["MaxTTL"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadersPolicy:
    """Headers that are added to what the origin answered."""

    allowed_origins: frozenset[str] = frozenset()
    always: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def declared(cls, config: Mapping[str, Any]) -> "HeadersPolicy":
        """Read the property ResponseHeadersPolicyConfig of a template; the twin has no TLS to insist on."""
        origins = config.get("CorsConfig", {}).get("AccessControlAllowOrigins", {}).get("Items", ())
        security = config.get("SecurityHeadersConfig", {})
        custom = config.get("CustomHeadersConfig", {}).get("Items", ())
        always = {each["Header"]: each["Value"] for each in custom}
        if "ContentTypeOptions" in security:
            always["X-Content-Type-Options"] = "nosniff"
        return cls(allowed_origins=frozenset(origins), always=always)

    def headers_for(self, origin: str | None) -> dict[str, str]:
        """Return the headers of an answer to a request from a page of this origin; None is no page."""
        headers = dict(self.always)
        if origin is not None and "*" in self.allowed_origins:
            headers["Access-Control-Allow-Origin"] = "*"
        elif origin in self.allowed_origins:
            headers |= {"Access-Control-Allow-Origin": str(origin), "Vary": "Origin"}
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution with one origin, a bucket, and one behaviour for all paths: reading by signed links."""

    id: str
    arn: str
    bucket: str
    key_groups: tuple[str, ...]
    cache_policy: str
    headers_policy: str | None = None
    error_seconds: Mapping[int, float] = field(default_factory=dict)
    """How long an error is cached, by its status."""

    def error_ttl(self, status: int) -> float:
        """Return how long an answer with this status is cached, in seconds."""
        return self.error_seconds.get(status, _ERROR_SECONDS)

"""The viewers' web app on CloudFront."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aws_cdk import Duration, Fn
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from stacks.acknowledgement import ANY_RESOURCE, ASSETS, BASIC_ROLE, acknowledge, acknowledge_objects
from stacks.config import StageConfig
from stacks.constructs.private_bucket import PrivateBucket

YEAR = Duration.days(365)
HASHED_FILES = "assets/*"
"""Files with a content hash in their name: cached for a year, and old ones stay for open tabs."""
OPERATORS_FILES = ("switches.json", "matches/*")
"""Files that operators upload: the kill switch and the programme files of matches."""


def script_origins(catalogue: Path) -> list[str]:
    """Return the external origins of the micro-frontends in the catalogue."""
    components = json.loads(catalogue.read_text())["components"]
    parts = [urlsplit(component["remote"]["url"]) for component in components]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})


class WebApp(Construct):
    """A private bucket behind CloudFront with security headers; the built app and its settings, if built."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        client: Path,
        access_logs: s3.IBucket,
        socket_url: str,
        catalogue: Path,
        settings: dict[str, Any],
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = PrivateBucket(self, "Site", config=config, access_logs=access_logs)
        origin = origins.S3BucketOrigin.with_origin_access_control(self.bucket)
        headers = self._headers(socket_url, script_origins(catalogue))
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Touchline {config.name}: viewers' app",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origin,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=headers,
                compress=True,
            ),
            additional_behaviors=dict.fromkeys(
                OPERATORS_FILES,
                cloudfront.BehaviorOptions(
                    origin=origin,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                    response_headers_policy=headers,
                    compress=True,
                    cache_policy=self._cached_for_a_minute(),
                ),
            ),
        )
        self._acknowledge()
        if client.is_dir():
            self._deploy(client, settings)

    @property
    def url(self) -> str:
        """The URL of the app."""
        return f"https://{self.distribution.distribution_domain_name}"

    def _cached_for_a_minute(self) -> cloudfront.CachePolicy:
        """Return a policy under which a changed file is served within a minute, whatever its metadata."""
        return cloudfront.CachePolicy(
            self,
            "OperatorsFiles",
            comment="Files that operators upload",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(30),
            max_ttl=Duration.minutes(1),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _deploy(self, client: Path, settings: dict[str, Any]) -> None:
        source = deployment.Source.asset(str(client))
        # No pruning: operators keep the programme files of matches and the kill switch in the same bucket.
        assets = deployment.BucketDeployment(
            self,
            "Assets",
            destination_bucket=self.bucket,
            sources=[source],
            exclude=["*"],
            include=[HASHED_FILES],
            prune=False,
            cache_control=[
                deployment.CacheControl.set_public(),
                deployment.CacheControl.max_age(YEAR),
                deployment.CacheControl.immutable(),
            ],
        )
        build = deployment.BucketDeployment(
            self,
            "Build",
            destination_bucket=self.bucket,
            distribution=self.distribution,
            sources=[source, deployment.Source.json_data("config.json", settings)],
            exclude=[HASHED_FILES],
            prune=False,
            cache_control=[deployment.CacheControl.no_cache()],
        )
        # The assets first, so that no page refers to an asset that does not exist yet.
        build.node.add_dependency(assets)
        handler = build.handler_role.node.scope
        assert handler
        reason = "The CDK provides this function, which runs at deployment, and its role."
        acknowledge(handler, BASIC_ROLE, ASSETS, "AwsSolutions-L1", reason=reason)
        acknowledge(handler, ANY_RESOURCE, reason=reason)
        acknowledge_objects(handler, self.bucket, reason=reason, write=True)

    def _acknowledge(self) -> None:
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR1",
            reason="Business constraints check the viewer's jurisdiction for each component.",
        )
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR2",
            reason="The distribution serves static files only.",
        )
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR3",
            reason="CloudFront logs require a bucket with ACLs; the site's bucket has server access logs.",
        )
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR4",
            reason="The default domain of CloudFront does not allow a TLS policy.",
        )

    def _headers(self, socket_url: str, scripts: list[str]) -> cloudfront.ResponseHeadersPolicy:
        # A source of the policy is scheme and host, without the path: wss://host/stage splits into 4 parts.
        parts = Fn.split("/", socket_url, 4)
        socket_origin = Fn.join("", ["wss://", Fn.select(2, parts)])
        script_sources = " ".join(("'self'", *scripts))
        behavior = cloudfront.ResponseSecurityHeadersBehavior
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=behavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=(
                        f"default-src 'self'; script-src {script_sources}; style-src 'self'; "
                        "img-src 'self' https: data:; media-src 'self' https: blob:; object-src 'none'; "
                        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
                        # The programme file of a match may name any https origin for the video.
                        f"connect-src 'self' https: {socket_origin}"
                    ),
                    override=True,
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
                    override=True,
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=YEAR, include_subdomains=True, override=True
                ),
            ),
        )

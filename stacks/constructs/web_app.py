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

from stacks.acknowledgement import ASSETS, BASIC_ROLE, acknowledge, acknowledge_objects
from stacks.config import StageConfig
from stacks.constructs.private_bucket import PrivateBucket

YEAR = Duration.days(365)
NAMED_BY_CONTENT = "assets/*"
"""Files whose names change with what is in them: they never change, and older ones stay for open tabs."""


def script_origins(catalogue: Path) -> list[str]:
    """The origins, beside the app's own, that the catalogue's micro-frontends come from."""
    components = json.loads(catalogue.read_text())["components"]
    parts = [urlsplit(component["remote"]["url"]) for component in components]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})


class WebApp(Construct):
    """A private bucket behind CloudFront; strict headers; the build and its settings if there is a build."""

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
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Touchline {config.name}: the viewers' app",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(self.bucket),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=self._headers(socket_url, script_origins(catalogue)),
                compress=True,
            ),
        )
        self._acknowledge()
        if client.is_dir():
            self._deploy(client, settings)

    @property
    def url(self) -> str:
        """Where viewers find the app."""
        return f"https://{self.distribution.distribution_domain_name}"

    def _deploy(self, client: Path, settings: dict[str, Any]) -> None:
        source = deployment.Source.asset(str(client))
        # Nothing is pruned: operators keep the matches' programme files and the kill switch beside the build.
        assets = deployment.BucketDeployment(
            self,
            "Assets",
            destination_bucket=self.bucket,
            sources=[source],
            exclude=["*"],
            include=[NAMED_BY_CONTENT],
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
            exclude=[NAMED_BY_CONTENT],
            prune=False,
            cache_control=[deployment.CacheControl.no_cache()],
        )
        # A page never names an asset that is not there yet.
        build.node.add_dependency(assets)
        handler = build.handler_role.node.scope
        assert handler
        reason = (
            "The CDK's own function for unpacking a build; it runs at deployment and brings its role along."
        )
        acknowledge(handler, BASIC_ROLE, ASSETS, "AwsSolutions-L1", reason=reason)
        acknowledge(handler, "AwsSolutions-IAM5[Resource::*]", reason=reason)
        acknowledge_objects(handler, self.bucket, reason=reason, write=True)

    def _acknowledge(self) -> None:
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR1",
            reason="Jurisdiction is a constraint on each component, checked against the viewer's token.",
        )
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR2",
            reason="It serves static files alone; what computes is behind API Gateway's throttles.",
        )
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR3",
            reason="CloudFront's logs need a bucket with ACLs; the site's bucket logs its reads.",
        )
        acknowledge(
            self.distribution,
            "AwsSolutions-CFR4",
            reason="CloudFront's own domain fixes the protocol; another needs one's own certificate.",
        )

    def _headers(self, socket_url: str, scripts: list[str]) -> cloudfront.ResponseHeadersPolicy:
        # The scheme and the host: a source of the policy has no path. wss://host/stage splits into 4 parts.
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
                        # The picture comes from wherever the match's programme file says.
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

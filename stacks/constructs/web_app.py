"""The viewers' web app on CloudFront."""

from pathlib import Path

from aws_cdk import Duration, Fn
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from stacks.config import StageConfig
from stacks.constructs.acknowledgement import ASSETS, BASIC_ROLE, acknowledge, acknowledge_objects
from stacks.constructs.private_bucket import PrivateBucket

YEAR = Duration.days(365)


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
        settings: dict[str, str],
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
                response_headers_policy=self._headers(socket_url),
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

    def _deploy(self, client: Path, settings: dict[str, str]) -> None:
        build = deployment.BucketDeployment(
            self,
            "Build",
            destination_bucket=self.bucket,
            distribution=self.distribution,
            sources=[
                deployment.Source.asset(str(client)),
                deployment.Source.json_data("config.json", settings),
            ],
        )
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

    def _headers(self, socket_url: str) -> cloudfront.ResponseHeadersPolicy:
        # The scheme and the host: a source of the policy has no path. wss://host/stage splits into 4 parts.
        parts = Fn.split("/", socket_url, 4)
        socket_origin = Fn.join("", ["wss://", Fn.select(2, parts)])
        behavior = cloudfront.ResponseSecurityHeadersBehavior
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=behavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=(
                        "default-src 'self'; img-src 'self' https: data:; media-src 'self' https: blob:; "
                        "style-src 'self' 'unsafe-inline'; script-src 'self' https:; frame-ancestors 'none'; "
                        f"base-uri 'none'; connect-src 'self' https: {socket_origin}"
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

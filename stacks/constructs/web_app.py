"""A web page of the stage on CloudFront."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from stacks.acknowledgement import ANY_RESOURCE, ASSETS, BASIC_ROLE, acknowledge, acknowledge_objects
from stacks.config import StageConfig
from stacks.constructs.deployment_function import deployment_log, forbid_log_groups
from stacks.constructs.private_bucket import PrivateBucket
from stacks.names import account_wide_name

YEAR = Duration.days(365)
HASHED_FILES = "assets/*"
"""Files with a content hash in their name: cached for a year, and old ones stay for open tabs."""


class WebApp(Construct):
    """A private bucket behind CloudFront with security headers; the built page and its settings, if built.

    `name` is a part of the names of CloudFront's resources. `framed_pages` are the policies of pages that may
    stand in a frame of the same origin; no other page may. `uploaded_files` are files that operators upload
    beside the build, and that change within a minute.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        name: str,
        build: Path,
        access_logs: s3.IBucket,
        policy: str,
        framed_pages: Mapping[str, str] | None = None,
        uploaded_files: Sequence[str] = (),
        settings: dict[str, Any],
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = PrivateBucket(
            self, "Site", config=config, access_logs=access_logs, filled_at_creation=True
        )
        self._config = config
        self._name = name
        origin = origins.S3BucketOrigin.with_origin_access_control(
            self.bucket,
            origin_access_control=cloudfront.S3OriginAccessControl(
                self, "OriginAccess", origin_access_control_name=self._unique_name("site")
            ),
        )
        headers = self._headers("Headers", policy, cloudfront.HeadersFrameOption.DENY)
        framed = {
            page: self._headers(f"{Path(page).stem.title()}Headers", page_policy, FRAMED)
            for page, page_policy in (framed_pages or {}).items()
        }
        uploaded_cache = self._cached_for_a_minute() if uploaded_files else None
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Touchline {config.name}: {name}",
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=_behavior(origin, headers),
            additional_behaviors={
                **{path: _behavior(origin, headers, uploaded_cache) for path in uploaded_files},
                **{path: _behavior(origin, page_headers) for path, page_headers in framed.items()},
            },
        )
        self._acknowledge()
        if build.is_dir():
            self._deploy(build, settings)

    @property
    def url(self) -> str:
        """The URL of the page."""
        return f"https://{self.distribution.distribution_domain_name}"

    def _unique_name(self, part: str) -> str:
        return account_wide_name(self, self._config, f"{self._name}-{part}")

    def _cached_for_a_minute(self) -> cloudfront.CachePolicy:
        """Return a policy under which a changed file is served within a minute, whatever its metadata."""
        return cloudfront.CachePolicy(
            self,
            "OperatorsFiles",
            cache_policy_name=self._unique_name("operators-files"),
            comment="Files that operators upload",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(30),
            max_ttl=Duration.minutes(1),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _deploy(self, build: Path, settings: dict[str, Any]) -> None:
        log_group = deployment_log(self, config=self._config)
        source = deployment.Source.asset(str(build))
        # No pruning: operators keep the programme files of matches and the kill switch in the same bucket.
        assets = deployment.BucketDeployment(
            self,
            "Assets",
            destination_bucket=self.bucket,
            sources=[source],
            exclude=["*"],
            include=[HASHED_FILES],
            prune=False,
            log_group=log_group,
            cache_control=[
                deployment.CacheControl.set_public(),
                deployment.CacheControl.max_age(YEAR),
                deployment.CacheControl.immutable(),
            ],
        )
        pages = deployment.BucketDeployment(
            self,
            "Build",
            destination_bucket=self.bucket,
            distribution=self.distribution,
            sources=[source, deployment.Source.json_data("config.json", settings)],
            exclude=[HASHED_FILES],
            prune=False,
            log_group=log_group,
            cache_control=[deployment.CacheControl.no_cache()],
        )
        # The assets first, so that no page refers to an asset that does not exist yet.
        pages.node.add_dependency(assets)
        forbid_log_groups(pages.handler_role)
        handler = pages.handler_role.node.scope
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

    def _headers(
        self, construct_id: str, policy: str, frame_option: cloudfront.HeadersFrameOption
    ) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            construct_id,
            response_headers_policy_name=self._unique_name(construct_id.lower()),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=frame_option, override=True
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


FRAMED = cloudfront.HeadersFrameOption.SAMEORIGIN


def _behavior(
    origin: cloudfront.IOrigin,
    headers: cloudfront.ResponseHeadersPolicy,
    cache: cloudfront.CachePolicy | None = None,
) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        response_headers_policy=headers,
        compress=True,
        cache_policy=cache,
    )

"""The audiences' documents at the edge: a private bucket behind CloudFront, read with signed links."""

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from domain.channel import DOCUMENT_PREFIX
from stacks.acknowledgement import acknowledge, acknowledge_wildcards
from stacks.config import StageConfig
from stacks.constructs.document_key import DocumentKey
from stacks.constructs.private_bucket import PrivateBucket
from stacks.exact_grants import grant_list, grant_objects
from stacks.names import account_wide_name

EXPIRE_AFTER_DAYS = 2
"""A match is over by then, with its repetition for those who slept; a quiet one is told again each day."""
MISSING_FOR = Duration.seconds(1)
"""How long the edge remembers that a document does not exist yet; by default it would be ten seconds."""
YEAR = Duration.days(365)


class AudienceDocuments(Construct):
    """One document for each audience of a match: its newest message, and those before that are still due."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        access_logs: s3.IBucket,
        key: DocumentKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.bucket = PrivateBucket(
            self,
            "Documents",
            config=config,
            access_logs=access_logs,
            expire_after_days=EXPIRE_AFTER_DAYS,
            versioned=False,
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Touchline {config.name}: audiences' documents",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=self._origin(),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                trusted_key_groups=[key.group],
                cache_policy=self._cache(),
                response_headers_policy=self._headers(),
                compress=True,
            ),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=MISSING_FOR) for status in (403, 404)
            ],
        )
        self._acknowledge()

    @property
    def url(self) -> str:
        """The origin that serves the documents, `https://...`."""
        return f"https://{self.distribution.distribution_domain_name}"

    def grant_write(self, function: lambda_.Function) -> None:
        """Let a function read and write documents, and tell a missing one from a forbidden one."""
        prefix = f"{DOCUMENT_PREFIX}/"
        grant_objects(self.bucket, function, prefix, actions=("s3:GetObject", "s3:PutObject"))
        grant_list(self.bucket, function)
        assert function.role
        acknowledge_wildcards(
            function.role,
            self.bucket.arn_for_objects(f"{prefix}*"),
            reason="Audiences are not known before viewers come.",
        )

    def _origin(self) -> cloudfront.IOrigin:
        return origins.S3BucketOrigin.with_origin_access_control(
            self.bucket,
            origin_access_control=cloudfront.S3OriginAccessControl(
                self,
                "OriginAccess",
                origin_access_control_name=account_wide_name(self, self._config, "documents"),
            ),
        )

    def _cache(self) -> cloudfront.CachePolicy:
        """Return a policy that caches a document for as long as its Cache-Control says.

        The key is the path alone, so all links to one document share it, whoever signed them and when.
        """
        return cloudfront.CachePolicy(
            self,
            "Cache",
            cache_policy_name=account_wide_name(self, self._config, "documents"),
            comment="Audiences' documents",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(1),
            max_ttl=Duration.minutes(1),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _headers(self) -> cloudfront.ResponseHeadersPolicy:
        """Return headers that let pages of any origin read: a link's signature permits, not its origin."""
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=account_wide_name(self, self._config, "documents"),
            cors_behavior=cloudfront.ResponseHeadersCorsBehavior(
                access_control_allow_credentials=False,
                access_control_allow_headers=["*"],
                access_control_allow_methods=["GET", "HEAD"],
                access_control_allow_origins=["*"],
                origin_override=True,
            ),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=YEAR, include_subdomains=True, override=True
                ),
            ),
        )

    def _acknowledge(self) -> None:
        for rule, reason in {
            "AwsSolutions-CFR1": "Business constraints check the viewer's jurisdiction for each component.",
            "AwsSolutions-CFR2": "Every request needs a signed link, and the edge answers it from its cache.",
            "AwsSolutions-CFR3": "CloudFront logs require a bucket with ACLs; the bucket has access logs.",
            "AwsSolutions-CFR4": "The default domain of CloudFront does not allow a TLS policy.",
        }.items():
            acknowledge(self.distribution, rule, reason=reason)

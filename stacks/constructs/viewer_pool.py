"""The Cognito user pool of viewers."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig, ViewerMail
from stacks.constructs.password_policy import password_policy

# Viewers may change these attributes themselves.
SELF_SERVICE_ATTRIBUTES = ("favourite_team", "consents")
# Only the business may change these.
VERIFIED_ATTRIBUTES = ("age_band", "country", "tier")


class ViewerPool(Construct):
    """Holds the traits of viewers as custom attributes, and the app's client."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            custom_attributes={
                name: cognito.StringAttribute(mutable=True, max_len=256)
                for name in SELF_SERVICE_ATTRIBUTES + VERIFIED_ATTRIBUTES
            },
            password_policy=password_policy(min_length=12),
            email=_through_ses(config.viewer_mail) if config.viewer_mail else None,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            deletion_protection=config.retain_data,
            removal_policy=config.undeletable_removal_policy,
        )
        acknowledge(
            self.pool,
            "AwsSolutions-COG2",
            reason="Viewers may enable a second factor; requiring one would keep them from a live match.",
        )
        acknowledge(
            self.pool,
            "AwsSolutions-COG3",
            "AwsSolutions-COG8",
            reason="Threat protection is billed per active user, and accounts hold no payment data.",
        )
        self.client = self.pool.add_client(
            "App",
            auth_flows=cognito.AuthFlow(user_srp=True),
            prevent_user_existence_errors=True,
            id_token_validity=Duration.hours(1),
            read_attributes=cognito.ClientAttributes()
            .with_standard_attributes(email=True, email_verified=True)
            .with_custom_attributes(*SELF_SERVICE_ATTRIBUTES, *VERIFIED_ATTRIBUTES),
            write_attributes=cognito.ClientAttributes()
            .with_standard_attributes(email=True)
            .with_custom_attributes(*SELF_SERVICE_ATTRIBUTES),
        )


def _through_ses(mail: ViewerMail) -> cognito.UserPoolEmail:
    return cognito.UserPoolEmail.with_ses(
        from_email=mail.from_address,
        from_name=mail.sender_name or None,
        ses_region=mail.region,
        ses_verified_domain=mail.verified_domain,
    )

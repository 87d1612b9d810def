"""The Cognito user pool of viewers and operators."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig

# Viewers may change these attributes themselves.
SELF_SERVICE_ATTRIBUTES = ("favourite_team", "consents")
# Only the business may change these.
VERIFIED_ATTRIBUTES = ("age_band", "country", "tier")


class ViewerPool(Construct):
    """Holds the traits of viewers as custom attributes, the app's client and the group of operators."""

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
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            deletion_protection=config.retain_data,
            removal_policy=config.removal_policy,
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
        cognito.CfnUserPoolGroup(
            self,
            "Operators",
            user_pool_id=self.pool.user_pool_id,
            group_name="operators",
            description="May use the control room",
        )

"""Who a viewer is: the user pool, and the tokens that it issues to the app."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig

# What a viewer may say of themselves; age and tier are vouched for by the business alone.
OWN_WORD = ("favourite_team", "consents")
VOUCHED_FOR = ("age_band", "country", "tier")


class ViewerPool(Construct):
    """Viewers, their traits as custom attributes, the app's client, and the group of the operators."""

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
                name: cognito.StringAttribute(mutable=True, max_len=256) for name in OWN_WORD + VOUCHED_FOR
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
            reason="Watching a match must not ask for a second factor; viewers may turn one on.",
        )
        acknowledge(
            self.pool,
            "AwsSolutions-COG3",
            "AwsSolutions-COG8",
            reason="Threat protection is paid by monthly viewer; a viewer's account holds no payment data.",
        )
        self.client = self.pool.add_client(
            "App",
            auth_flows=cognito.AuthFlow(user_srp=True),
            prevent_user_existence_errors=True,
            id_token_validity=Duration.hours(1),
            read_attributes=cognito.ClientAttributes()
            .with_standard_attributes(email=True, email_verified=True)
            .with_custom_attributes(*OWN_WORD, *VOUCHED_FOR),
            write_attributes=cognito.ClientAttributes()
            .with_standard_attributes(email=True)
            .with_custom_attributes(*OWN_WORD),
        )
        cognito.CfnUserPoolGroup(
            self,
            "Operators",
            user_pool_id=self.pool.user_pool_id,
            group_name="operators",
            description="May watch how a match is served, and steer it",
        )

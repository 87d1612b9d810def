"""The Cognito user pool of operators."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from domain.audit import OPERATORS_GROUP
from stacks.acknowledgement import acknowledge
from stacks.config import StageConfig
from stacks.constructs.password_policy import password_policy


class OperatorPool(Construct):
    """Holds the few people who may use the control room: nobody signs up, and each has a second factor.

    It is a pool of its own, because Cognito requires a second factor of all users of a pool or of none.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=password_policy(min_length=14, temporary_for=Duration.days(3)),
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            deletion_protection=config.retain_data,
            removal_policy=config.undeletable_removal_policy,
        )
        acknowledge(
            self.pool,
            "AwsSolutions-COG3",
            "AwsSolutions-COG8",
            reason="Threat protection is billed per active user; every operator has a second factor.",
        )
        self.client = self.pool.add_client(
            "ControlRoom",
            auth_flows=cognito.AuthFlow(user_srp=True),
            prevent_user_existence_errors=True,
            id_token_validity=Duration.hours(1),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.hours(12),
        )
        cognito.CfnUserPoolGroup(
            self,
            "Operators",
            user_pool_id=self.pool.user_pool_id,
            group_name=OPERATORS_GROUP,
            description="May use the control room",
        )

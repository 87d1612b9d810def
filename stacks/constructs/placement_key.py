"""The key with which placements are signed."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.exact_grants import grant_value
from stacks.function_factory import FunctionFactory

KEY_LENGTH = 64
ROTATED_AFTER_DAYS = 30
"""Far longer than a placement is accepted: the previous version stays valid until the next rotation."""


class PlacementKey(Construct):
    """A generated secret that Secrets Manager rotates; its previous version stays valid."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: FunctionFactory) -> None:
        super().__init__(scope, construct_id)
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description="Signs the placements that are sent to viewers",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=KEY_LENGTH, exclude_punctuation=True
            ),
        )
        self.rotate = functions.create(
            self,
            "Rotate",
            module="rotate_placement_key",
            description="Rotates the key of placements",
            environment={"KEY_LENGTH": str(KEY_LENGTH)},
        )
        self._grant_rotation()
        # Not by `add_rotation_schedule`, which adds a policy that denies the deletion of the secret.
        rotation = secretsmanager.CfnRotationSchedule(
            self,
            "Rotation",
            secret_id=self.secret.secret_arn,
            rotation_lambda_arn=self.rotate.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                schedule_expression=f"rate({ROTATED_AFTER_DAYS} days)"
            ),
            # The secret was generated in the same deployment.
            rotate_immediately_on_update=False,
        )
        # Secrets Manager tries the function when the schedule is created.
        rotation.node.add_dependency(self.rotate)

    def _grant_rotation(self) -> None:
        self.rotate.add_permission(
            "SecretsManager",
            principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
            source_account=Stack.of(self).account,
        )
        actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
        self.rotate.add_to_role_policy(
            iam.PolicyStatement(
                actions=[f"secretsmanager:{action}" for action in actions], resources=[self.secret.secret_arn]
            )
        )
        # It does not support resource-level permissions.
        self.rotate.add_to_role_policy(
            iam.PolicyStatement(actions=["secretsmanager:GetRandomPassword"], resources=["*"])
        )

    def grant_use(self, function: lambda_.Function) -> None:
        """Let a function read the key and its previous version."""
        function.add_environment("PLACEMENT_KEY_SECRET_ARN", self.secret.secret_arn)
        grant_value(self.secret, function)

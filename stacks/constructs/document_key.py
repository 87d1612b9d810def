"""The key pair that signs links to the audiences' documents."""

from aws_cdk import CustomResource
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.constructs.deployment_function import deployment_provider
from stacks.exact_grants import grant_value
from stacks.function_factory import FunctionFactory
from stacks.names import account_wide_name


class DocumentKey(Construct):
    """An RSA key pair: the private key in a secret, the public key in a key group that CloudFront trusts.

    A function creates the pair at the first deployment, because CloudFormation cannot, and keeps it:
    CloudFront does not change the key of a public key.
    """

    def __init__(self, scope: Construct, construct_id: str, *, functions: FunctionFactory) -> None:
        super().__init__(scope, construct_id)
        config = functions.config
        self.secret = secretsmanager.Secret(
            self, "PrivateKey", description="Signs links to documents; random until the key pair is created"
        )
        acknowledge(
            self.secret,
            "AwsSolutions-SMG4",
            reason="CloudFront must trust a key before it signs; another construct id creates another pair.",
        )
        function = functions.create(
            self,
            "Create",
            module="create_document_key",
            description="Creates the key pair that signs links to documents",
            environment={"DOCUMENT_KEY_SECRET_ARN": self.secret.secret_arn},
        )
        actions = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
        function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[self.secret.secret_arn]))
        created = CustomResource(
            self,
            "KeyPair",
            resource_type="Custom::DocumentKey",
            service_token=deployment_provider(
                self, "Provider", function=function, config=config
            ).service_token,
        )
        name = account_wide_name(self, config, f"documents-{self.node.addr[-8:]}")
        self.public_key = cloudfront.PublicKey(
            self,
            "PublicKey",
            public_key_name=name,
            comment="Verifies links to the audiences' documents",
            encoded_key=created.get_att_string("PublicKey"),
        )
        self.group = cloudfront.KeyGroup(
            self,
            "Group",
            key_group_name=name,
            items=[self.public_key],
        )

    def grant_sign(self, function: lambda_.Function) -> None:
        """Let a function read the private key."""
        function.add_environment("DOCUMENT_KEY_PAIR_ID", self.public_key.public_key_id)
        function.add_environment("DOCUMENT_KEY_SECRET_ARN", self.secret.secret_arn)
        grant_value(self.secret, function)

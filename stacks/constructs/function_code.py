"""The code of the Lambda functions of one stack."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.packaging.function_package import function_fingerprint
from stacks.packaging.layer import layer_fingerprint
from stacks.runtime import PYTHON_VERSION
from stacks.stage_inputs import StageInputs

RUNTIME = lambda_.Runtime(f"python{PYTHON_VERSION}", lambda_.RuntimeFamily.PYTHON)
ARCHITECTURE = lambda_.Architecture.ARM_64


class FunctionCode(Construct):
    """The folders `lambdas/` and `domain/` as one asset, and a layer with third-party packages.

    Every stack has its own layer version: CloudFormation cannot update a layer version that another stack
    imports.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageInputs) -> None:
        super().__init__(scope, construct_id)
        self.config = stage.config
        self.code = lambda_.Code.from_asset(
            str(stage.artifacts.functions), asset_hash=function_fingerprint(stage.artifacts.root)
        )
        self.layer = lambda_.LayerVersion(
            self,
            "ThirdParty",
            code=lambda_.Code.from_asset(str(stage.artifacts.layer), asset_hash=layer_fingerprint()),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description="Third-party packages of Touchline's functions",
        )

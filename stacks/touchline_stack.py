"""The base class of all stacks."""

from aws_cdk import Stack
from constructs import Construct

from stacks.config import StageConfig


class TouchlineStack(Stack):
    """A stack named `touchline-<stage>-<part>`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        part: str,
        description: str,
        stateful: bool = False,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=f"touchline-{config.name}-{part}",
            description=f"Touchline: {description}",
            termination_protection=config.termination_protection if stateful else None,
        )

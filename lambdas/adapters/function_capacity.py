"""Execution environments of a function that Lambda keeps ready: provisioned concurrency of an alias."""

from typing import Any

from domain.capacity_window import Provisioned
from lambdas.adapters.aws import error_code

NOT_CONFIGURED = frozenset({"ProvisionedConcurrencyConfigNotFoundException", "ResourceNotFoundException"})


class LambdaDispatchCapacity:
    """The environments of `dispatch_components` that are kept ready."""

    def __init__(self, client: Any, alias_arn: str) -> None:
        self._client = client
        self._function_arn, _, self._alias = alias_arn.rpartition(":")

    def ready(self) -> Provisioned:
        """Return how many are asked for; what Lambda could not allocate counts as none."""
        from botocore.exceptions import ClientError

        try:
            found = self._client.get_provisioned_concurrency_config(**self._named())
        except ClientError as error:
            if error_code(error) not in NOT_CONFIGURED:
                raise
            return Provisioned(amount=0, is_changing=False)
        if found["Status"] == "FAILED":
            return Provisioned(amount=0, is_changing=False)
        return Provisioned(
            amount=found["RequestedProvisionedConcurrentExecutions"],
            is_changing=found["Status"] == "IN_PROGRESS",
        )

    def keep_ready(self, environments: int) -> None:
        """Keep this many environments ready, within a minute or two; 0 releases them."""
        if environments:
            self._client.put_provisioned_concurrency_config(
                **self._named(), ProvisionedConcurrentExecutions=environments
            )
        else:
            self._release()

    def _release(self) -> None:
        from botocore.exceptions import ClientError

        try:
            self._client.delete_provisioned_concurrency_config(**self._named())
        except ClientError as error:
            if error_code(error) not in NOT_CONFIGURED:
                raise

    def _named(self) -> dict[str, str]:
        return {"FunctionName": self._function_arn, "Qualifier": self._alias}

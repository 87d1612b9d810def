"""Execution environments of a function that Lambda keeps ready: provisioned concurrency of an alias."""

from typing import Any

from lambdas.adapters.aws import error_code


class LambdaDispatchCapacity:
    """The environments of `dispatch_components` that are kept ready."""

    def __init__(self, client: Any, alias_arn: str) -> None:
        self._client = client
        self._function_arn, _, self._alias = alias_arn.rpartition(":")

    def keep_ready(self, environments: int) -> None:
        """Keep this many environments ready, within a minute or two; 0 releases them."""
        alias = {"FunctionName": self._function_arn, "Qualifier": self._alias}
        if environments:
            self._client.put_provisioned_concurrency_config(
                **alias, ProvisionedConcurrentExecutions=environments
            )
        else:
            self._release(alias)

    def _release(self, alias: dict[str, str]) -> None:
        from botocore.exceptions import ClientError

        try:
            self._client.delete_provisioned_concurrency_config(**alias)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise

"""Applications of Amazon Managed Service for Apache Flink."""

from typing import TYPE_CHECKING

from lambdas.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_kinesisanalyticsv2 import KinesisAnalyticsV2Client

IN_USE = "ResourceInUseException"
IN_PROGRESS = "IN_PROGRESS"
REASON_CHARACTERS = 1_500
"""A reason with the whole stack trace would exceed the 4,096 bytes of a custom resource's response."""


class ManagedFlinkApplication:
    """One application, by its name."""

    def __init__(self, client: "KinesisAnalyticsV2Client", name: str) -> None:
        self._client = client
        self._name = name

    def status(self) -> str:
        """Return the application's status, such as READY or RUNNING."""
        answer = self._client.describe_application(ApplicationName=self._name)
        return str(answer["ApplicationDetail"]["ApplicationStatus"])

    def start(self) -> str | None:
        """Start the application and return the operation's id; None if another operation is in progress."""
        from botocore.exceptions import ClientError

        try:
            return str(self._client.start_application(ApplicationName=self._name)["OperationId"])
        except ClientError as error:
            if error_code(error) != IN_USE:
                raise
            return None

    def failure(self, operation_id: str) -> str | None:
        """Return why an operation did not succeed; None while it is in progress."""
        answer = self._client.describe_application_operation(
            ApplicationName=self._name, OperationId=operation_id
        )
        operation = answer["ApplicationOperationInfoDetails"]
        if operation["OperationStatus"] == IN_PROGRESS:
            return None
        reason = operation.get("OperationFailureDetails", {}).get("ErrorInfo", {}).get("ErrorString")
        return str(reason or f"{operation['Operation']} {operation['OperationStatus']}")[:REASON_CHARACTERS]

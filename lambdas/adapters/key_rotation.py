"""Rotation of a generated secret, in the steps in which Secrets Manager asks for it.

Source: AWS documentation, "Lambda rotation functions". A step may be repeated, and then changes nothing.
"""

from typing import TYPE_CHECKING

from lambdas.adapters.aws import error_code
from lambdas.adapters.placement_keys import CURRENT

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

PENDING = "AWSPENDING"


class KeyRotation:
    """Creates the next version of a secret, and makes it the current one."""

    def __init__(self, client: "SecretsManagerClient", key_length: int) -> None:
        self._client = client
        self._key_length = key_length

    def create_key(self, secret_id: str, version_id: str) -> None:
        """Create the version with a new key, unless it has one."""
        if self._has_key(secret_id, version_id):
            return
        key = self._client.get_random_password(PasswordLength=self._key_length, ExcludePunctuation=True)
        self._client.put_secret_value(
            SecretId=secret_id,
            ClientRequestToken=version_id,
            SecretString=key["RandomPassword"],
            VersionStages=[PENDING],
        )

    def make_current(self, secret_id: str, version_id: str) -> None:
        """Make the version the current one; the one before becomes the previous one."""
        stages = self._client.describe_secret(SecretId=secret_id)["VersionIdsToStages"]
        (current,) = (version for version, names in stages.items() if CURRENT in names)
        if current != version_id:
            self._client.update_secret_version_stage(
                SecretId=secret_id,
                VersionStage=CURRENT,
                MoveToVersionId=version_id,
                RemoveFromVersionId=current,
            )

    def _has_key(self, secret_id: str, version_id: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._client.get_secret_value(SecretId=secret_id, VersionId=version_id)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return False
        return True

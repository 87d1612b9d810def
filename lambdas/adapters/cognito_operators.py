"""The group of operators in the operators' user pool, read again every few seconds."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from domain.audit import OPERATORS_GROUP
from lambdas.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

BELIEVED_SECONDS = 5
"""How long an answer is believed: what an operator can still do after leaving the group."""

OUTAGE_SECONDS = 300
"""How long a membership is believed while Cognito does not answer: operators are needed when things fail."""

_REFUSALS = frozenset({"UserNotFoundException", "ResourceNotFoundException", "InvalidParameterException"})


class CognitoOperators:
    """Members of the group `operators` of a user pool."""

    def __init__(
        self,
        client: "CognitoIdentityProviderClient",
        user_pool_id: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._user_pool_id = user_pool_id
        self._clock = clock
        self._answers: dict[str, tuple[bool, float]] = {}

    def includes(self, username: str) -> bool:
        """True if the user is enabled and in the group now; raises if Cognito does not answer for long."""
        known = self._answers.get(username)
        if known and self._clock() - known[1] <= BELIEVED_SECONDS:
            return known[0]
        try:
            answer = self._is_member(username)
        except (BotoCoreError, ClientError):
            if known and self._clock() - known[1] <= OUTAGE_SECONDS:
                return known[0]
            raise
        self._answers[username] = (answer, self._clock())
        return answer

    def _is_member(self, username: str) -> bool:
        try:
            user = self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=username)
            groups = self._client.admin_list_groups_for_user(
                UserPoolId=self._user_pool_id, Username=username
            )["Groups"]
        except ClientError as error:
            if error_code(error) in _REFUSALS:
                return False
            raise
        return user["Enabled"] and any(group.get("GroupName") == OPERATORS_GROUP for group in groups)

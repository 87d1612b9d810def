"""Accounts of the control room on the twin, which asks its user pool about every command."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from domain.audit import OPERATORS_GROUP
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient


def enrol_operators(
    cognito: "CognitoIdentityProviderClient", outputs: StackOutputs, usernames: Iterable[str]
) -> TokenMinter:
    """Create users in the operators' group, and return what signs their tokens; idempotent."""
    pool_id = outputs.operator_pool_id
    for username in usernames:
        try:
            cognito.admin_create_user(UserPoolId=pool_id, Username=username, MessageAction="SUPPRESS")
        except cognito.exceptions.UsernameExistsException:
            continue
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=OPERATORS_GROUP)
    return TokenMinter(issuer=outputs.operator_token_issuer, audience=outputs.operator_token_audience)

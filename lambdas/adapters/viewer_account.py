"""A viewer's account in the Cognito user pool."""

from typing import Any

from domain.viewer_request import StorePage, ViewerRequest


class CognitoViewerAccount:
    """The user whose `sub` is the viewer's id; an erasure deletes it only if the request says so."""

    name = "account"

    def __init__(self, client: Any, user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def serve(self, request: ViewerRequest, position: str | None) -> StorePage:  # noqa: ARG002
        """Return the user's attributes; none if the pool has no such user, as with an external issuer."""
        user = {"UserPoolId": self._user_pool_id, "Username": request.viewer_id}
        try:
            found = self._client.admin_get_user(**user)
            if request.erases and not request.delete_account:
                return StorePage(records=[])
            if request.erases:
                self._client.admin_delete_user(**user)
        except (
            self._client.exceptions.UserNotFoundException,
            # The service accepts fewer characters in a user name than an issuer's subject may have.
            self._client.exceptions.InvalidParameterException,
        ):
            return StorePage(records=[])
        return StorePage(records=[{each["Name"]: each.get("Value") for each in found["UserAttributes"]}])

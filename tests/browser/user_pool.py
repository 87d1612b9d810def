"""A Cognito user pool with one user, which supports signing in by Secure Remote Password."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Route

from local.twin.moto.secure_remote_password import PasswordChallenge, Verifier

POOL_NAME = "Pool1"
POOL_ID = f"eu-west-1_{POOL_NAME}"
CLIENT_ID = "client-1"
USER_ID = "8c1f-user"
REFRESH_TOKEN = "a-refresh-token"
_TARGET = "AWSCognitoIdentityProviderService."
_ANY = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


@dataclass
class UserPool:
    """Answers a page's calls to Cognito and records them in `requests`, by operation."""

    token: str
    password: str
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._verifier = Verifier.of_password(POOL_NAME, USER_ID, self.password)
        self._secret_block = base64.b64encode(secrets.token_bytes(32)).decode()

    def answer_calls_of(self, page: Page) -> None:
        """Answer the page's calls to the region's endpoint."""
        page.route("https://cognito-idp.eu-west-1.amazonaws.com/", self._serve)

    def _serve(self, route: Route) -> None:
        request = route.request
        if request.method == "OPTIONS":
            route.fulfill(headers=_ANY)
            return
        operation = request.headers["x-amz-target"].removeprefix(_TARGET)
        body = json.loads(request.post_data or "{}")
        self.requests.append((operation, body))
        answer = self._respond(body) if operation == "RespondToAuthChallenge" else self._challenge(body)
        route.fulfill(status=200 if answer else 400, headers=_ANY, json=answer or _REFUSED)

    def _challenge(self, body: dict[str, Any]) -> dict[str, Any]:
        assert (body["AuthFlow"], body["ClientId"]) == ("USER_SRP_AUTH", CLIENT_ID)
        self._exchange = PasswordChallenge(self._verifier, body["AuthParameters"]["SRP_A"])
        parameters = {
            "USERNAME": USER_ID,
            "SECRET_BLOCK": self._secret_block,
            **self._exchange.parameters(),
        }
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}

    def _respond(self, body: dict[str, Any]) -> dict[str, Any] | None:
        responses = body["ChallengeResponses"]
        if not self._exchange.accepts(
            secret_block=responses["PASSWORD_CLAIM_SECRET_BLOCK"],
            timestamp=responses["TIMESTAMP"],
            signature=responses["PASSWORD_CLAIM_SIGNATURE"],
        ):
            return None
        tokens = {"IdToken": self.token, "AccessToken": self.token, "RefreshToken": REFRESH_TOKEN}
        return {"AuthenticationResult": {**tokens, "ExpiresIn": 3600, "TokenType": "Bearer"}}


_REFUSED = {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}

"""Signing in to a user pool: the password is verified, and so is the code of the authenticator.

Written against moto 5.2, which accepts any proof of a password and, without a setting, any code.
"""

import base64
import functools
import os
import secrets
from typing import Any

from moto.cognitoidp import models
from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpBackend

from local.twin.moto.secure_remote_password import PasswordChallenge, Verifier

_CODE_WINDOW = 1
"""Steps of 30 seconds by which a code may be early or late: https://www.rfc-editor.org/rfc/rfc6238#section-5.2"""
_REFUSED = "Incorrect username or password."


def install() -> None:
    """Patch the models; idempotent."""
    if hasattr(CognitoIdpBackend.initiate_auth, "__wrapped__"):
        return
    os.environ["MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP"] = "true"
    models.verify_totp = functools.partial(models.verify_totp, valid_window=_CODE_WINDOW)
    challenges: dict[str, PasswordChallenge] = {}
    CognitoIdpBackend.initiate_auth = _challenging(CognitoIdpBackend.initiate_auth, challenges)
    CognitoIdpBackend.respond_to_auth_challenge = _verifying(
        CognitoIdpBackend.respond_to_auth_challenge, challenges
    )


def _challenging(initiate: Any, challenges: dict[str, PasswordChallenge]) -> Any:
    @functools.wraps(initiate)
    def initiate_auth(
        self: CognitoIdpBackend, client_id: str, auth_flow: str, auth_parameters: dict[str, str]
    ) -> dict[str, Any]:
        answer: dict[str, Any] = initiate(self, client_id, auth_flow, auth_parameters)
        if answer.get("ChallengeName") != "PASSWORD_VERIFIER":
            return answer
        # moto finds the session by the secret block, which a client decodes from base64.
        block = base64.b64encode(secrets.token_bytes(32)).decode()
        self.sessions[block] = name, pool = self.sessions.pop(answer["Session"])
        user = self.admin_get_user(pool.id, name)
        verifier = Verifier.of_password(pool.id.partition("_")[2], user.username, user.password or "")
        challenges[block] = PasswordChallenge(verifier, auth_parameters["SRP_A"])
        parameters = {"SECRET_BLOCK": block, **challenges[block].parameters()}
        return {
            **answer,
            "Session": block,
            "ChallengeParameters": answer["ChallengeParameters"] | parameters,
        }

    return initiate_auth


def _verifying(respond: Any, challenges: dict[str, PasswordChallenge]) -> Any:
    @functools.wraps(respond)
    def respond_to_auth_challenge(
        self: CognitoIdpBackend,
        session: str,
        client_id: str,
        challenge_name: str,
        challenge_responses: dict[str, str],
    ) -> dict[str, Any]:
        if challenge_name == "PASSWORD_VERIFIER":
            block = challenge_responses.get("PASSWORD_CLAIM_SECRET_BLOCK", "")
            challenge = challenges.pop(block, None)
            if not challenge or not challenge.accepts(
                secret_block=block,
                timestamp=challenge_responses.get("TIMESTAMP", ""),
                signature=challenge_responses.get("PASSWORD_CLAIM_SIGNATURE", ""),
            ):
                raise NotAuthorizedError(_REFUSED)
        answer: dict[str, Any] = respond(self, session, client_id, challenge_name, challenge_responses)
        if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            # JSON, which clients parse; moto leaves it out.
            answer["ChallengeParameters"] |= {"userAttributes": "{}", "requiredAttributes": "[]"}
        return answer

    return respond_to_auth_challenge

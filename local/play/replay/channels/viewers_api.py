"""The viewers' HTTP API of a stage, which docs/viewers.openapi.yaml describes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from domain.validation import Reader
from local.play.replay.errors import NotConnectedError
from local.play.replay.transport import Interaction, Joining

MAX_REPORTED = 25
"""Interactions that one request may report."""
_ATTEMPTS = 8
_RETRY_SECONDS = 1.0
_ANSWER = aiohttp.ClientTimeout(total=30)
"""API Gateway gives up after that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What lets an app follow the match; the audience's channel and document come before the viewer's own."""

    token: str
    channels: tuple[str, str]
    documents: tuple[str, str]
    own_address: str
    rules_edition: str
    expires_at: datetime
    impression_share: float
    refresh_seconds: tuple[float, float]

    @classmethod
    def read(cls, answer: dict[str, Any]) -> "Pass":
        """Read the answer to a request for a pass."""
        audience_channel, own_channel = answer["channels"]
        audience_document, own_document = answer["documents"]
        shortest, longest = answer["refreshSeconds"]
        return cls(
            token=answer["token"],
            channels=(audience_channel, own_channel),
            documents=(audience_document, own_document),
            own_address=answer["ownAddress"],
            rules_edition=answer["rulesEdition"],
            expires_at=Reader(answer).instant("expiresAt"),
            impression_share=answer["impressionShare"],
            refresh_seconds=(shortest, longest),
        )


class ViewersApi:
    """Requests of one viewer about one match."""

    def __init__(self, viewers_url: str, joining: Joining) -> None:
        self._url = f"{viewers_url}/matches/{joining.match_id}"
        self._joining = joining

    async def request_pass(self) -> Pass:
        """Ask for a pass; raises NotConnectedError if the answer is another."""
        status, answer = await self._post("pass", None)
        if status != 200:
            raise NotConnectedError(f"PASS_{status}")
        return Pass.read(answer)

    async def report(self, interactions: Sequence[Interaction]) -> None:
        """Report interactions, again after an answer that another attempt may change.

        What is refused, or fails too often, is counted as an error.
        """
        for attempt in range(_ATTEMPTS):
            try:
                status, answer = await self._post("interactions", {"interactions": list(interactions)})
            except (aiohttp.ClientError, TimeoutError) as error:
                self._joining.count_error(type(error).__name__)
            else:
                if status == 200:
                    return
                self._joining.count_error(str(answer.get("code") or f"INTERACTIONS_{status}"))
                if status != 429 and status < 500:
                    return
            await asyncio.sleep(self._joining.rng.uniform(0, _RETRY_SECONDS * 2**attempt))

    async def _post(self, action: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._joining.token}"}
        url = f"{self._url}/{action}"
        async with self._joining.http.post(url, json=body, headers=headers, timeout=_ANSWER) as response:
            # The gateway's own refusals need not be JSON.
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else {}

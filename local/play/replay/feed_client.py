"""The provider's client of the ingest endpoint: it signs and posts a match and its signals."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

import aiohttp

from domain.match import Match
from domain.signal import Signal
from local.play.replay.errors import FeedRefusedError

MAX_SIGNALS = 200
TOO_MANY_REQUESTS = 429
THROTTLED_ATTEMPTS = 20
THROTTLED_PAUSE_SECONDS = 0.5


class FeedClient:
    """Posts to one ingest endpoint as one provider."""

    def __init__(self, *, url: str, provider: str, key: str) -> None:
        self._url = url.rstrip("/")
        self._provider = provider
        self._key = key.encode()

    async def __aenter__(self) -> "FeedClient":
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def announce(self, match: Match) -> None:
        """Announce a match before its first signal; raises FeedRefusedError."""
        await self._send("PUT", f"/matches/{match.id}", match.to_dict())

    async def post(self, match_id: str, signals: Sequence[Signal]) -> None:
        """Post signals in order; raises FeedRefusedError if any is refused."""
        for start in range(0, len(signals), MAX_SIGNALS):
            entries = [_entry(signal) for signal in signals[start : start + MAX_SIGNALS]]
            body = {"match_id": match_id, "signals": entries}
            answer = await self._send("POST", f"/feeds/{self._provider}", body)
            if answer.get("rejected"):
                raise FeedRefusedError("signals", 202, json.dumps(answer["rejected"]))

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        for _ in range(THROTTLED_ATTEMPTS):
            try:
                return await self._send_once(method, path, body)
            except FeedRefusedError as error:
                if error.status != TOO_MANY_REQUESTS:
                    raise
                await asyncio.sleep(THROTTLED_PAUSE_SECONDS)
        return await self._send_once(method, path, body)

    async def _send_once(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        content = json.dumps(body).encode()
        headers = {
            "content-type": "application/json",
            "x-touchline-signature": sign(self._key, f"{method} {path}", content, int(time.time())),
        }
        async with self._http.request(method, self._url + path, data=content, headers=headers) as response:
            text = await response.text(errors="replace")
            if response.status >= 300:
                raise FeedRefusedError(f"{method} {path}", response.status, text)
            return _answer(f"{method} {path}", response.status, text)


def _answer(what: str, status: int, text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise FeedRefusedError(what, status, text) from error
    if not isinstance(answer, dict):
        raise FeedRefusedError(what, status, text)
    return answer


def sign(key: bytes, request_line: str, body: bytes, at_seconds: int) -> str:
    """Return the signature header of a request, such as `PUT /matches/1`, with its body and time."""
    digest = hmac.new(key, f"{at_seconds}.{request_line}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_seconds},v2={digest}"


def _entry(signal: Signal) -> dict[str, Any]:
    fields = signal.to_dict()
    del fields["match_id"], fields["source"]
    return fields

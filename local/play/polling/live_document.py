"""Get a document from a live API politely: conditional requests, and waits when the API asks for them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from local.play.polling.errors import PollingError

TIMEOUT_SECONDS = 20.0
LONGEST_WAIT_SECONDS = 600.0
TOO_MANY_REQUESTS, NOT_MODIFIED = 429, 304


class UnavailableError(Exception):
    """The API did not answer as it should for now; `retry_after` is the wait in seconds that it asks for."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class LiveDocument:
    """A document of one or more addresses; several make a list, in their order."""

    def __init__(self, http: aiohttp.ClientSession, urls: Sequence[str], headers: Mapping[str, str]) -> None:
        self._http = http
        self._urls = tuple(urls)
        self._headers = dict(headers)
        self._validators: dict[str, dict[str, str]] = {}
        self._values: dict[str, Any] = {}

    async def get(self) -> Any:
        """Return the document, or None if it is the same as before.

        Raises UnavailableError where a later request may succeed, and PollingError where it cannot.
        """
        changed = [await self._get(url) for url in self._urls]
        if not any(changed):
            return None
        values = [self._values[url] for url in self._urls]
        return values[0] if len(values) == 1 else values

    async def _get(self, url: str) -> bool:
        headers = {**self._headers, **self._validators.get(url, {})}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with self._http.get(url, headers=headers, timeout=timeout) as response:
                if response.status == NOT_MODIFIED:
                    return False
                if response.status == TOO_MANY_REQUESTS or response.status >= 500:
                    wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
                    raise UnavailableError(f"the API answered {response.status}", wait)
                content = await response.read()
                if response.status != 200:
                    raise PollingError(f"expected the API to answer 200, got {response.status}")
                self._remember(url, response.headers, content)
                return True
        except (TimeoutError, aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise UnavailableError(f"the API did not answer ({type(error).__name__})") from error
        except aiohttp.InvalidURL as error:
            raise PollingError(f"--url: expected an address such as https://..., got {url}") from error

    def _remember(self, url: str, headers: Mapping[str, str], content: bytes) -> None:
        try:
            self._values[url] = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise UnavailableError("the API answered no JSON") from error
        found = {"if-none-match": headers.get("etag"), "if-modified-since": headers.get("last-modified")}
        self._validators[url] = {name: value for name, value in found.items() if value}


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds of a header Retry-After, a number or a date; None if there is no usable one."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value), LONGEST_WAIT_SECONDS)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max((at - now).total_seconds(), 0.0), LONGEST_WAIT_SECONDS)


def next_wait(every: float, failures: int, asked_for: float | None) -> float:
    """Return the seconds until the next request: doubled by each failure in a row, or as long as asked."""
    if not failures:
        return every
    return max(min(every * 2.0 ** min(failures, 10), LONGEST_WAIT_SECONDS), every, asked_for or 0.0)

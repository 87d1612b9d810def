"""Reads documents of audiences at the edge, by the signed links of a pass."""

import aiohttp
from yarl import URL

from local.play.replay.transport import Joining

_ABSENT = (403, 404)
"""What the edge answers for a document that was not written: the bucket's answer, or the refusal to say."""
_NOT_MODIFIED = 304
_ANSWER = aiohttp.ClientTimeout(total=10)


class DocumentReader:
    """Asks for a document only if it has changed, as a browser's cache does."""

    def __init__(self, joining: Joining) -> None:
        self._joining = joining
        self._tags: dict[str, str] = {}

    async def read(self, link: str) -> str | None:
        """Return the text of a document; None if it is not there, is unchanged or cannot be read now."""
        url = URL(link, encoded=True)
        headers = {"If-None-Match": self._tags[url.path]} if url.path in self._tags else {}
        try:
            async with self._joining.http.get(url, headers=headers, timeout=_ANSWER) as response:
                if response.status == 200:
                    text = await response.text()
                    if "ETag" in response.headers:
                        self._tags[url.path] = response.headers["ETag"]
                    return text
                if response.status not in (*_ABSENT, _NOT_MODIFIED):
                    self._joining.count_error(f"DOCUMENT_{response.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._joining.count_error(f"DOCUMENT_{type(error).__name__}")
        return None

"""Reading request bodies up to a quota."""

from aiohttp import web


async def read_at_most(request: web.BaseRequest, limit_bytes: int) -> bytes | None:
    """Return the body, or None if it is larger than the limit."""
    declared = request.content_length
    if declared is not None:
        return None if declared > limit_bytes else await request.content.read()
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > limit_bytes:
            return None
    return bytes(body)

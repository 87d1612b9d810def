"""The page that shows the app as several personas side by side; only a local site serves it."""

from pathlib import Path

from local.play.web.static import Response

PATH = "/side-by-side/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
FRAME_ANCESTORS = "'self'"
"""Who may show the app of a local site in a frame: this page, which is of the same origin."""

_FOLDER = Path(__file__).parent
_TYPES = {"index.html": "text/html; charset=utf-8", "page.css": "text/css", "page.js": "text/javascript"}


def respond(name: str) -> Response | None:
    """Return a file of the page, which itself has no name; None if there is no such file."""
    name = name or "index.html"
    content_type = _TYPES.get(name)
    return None if content_type is None else Response(content_type, (_FOLDER / name).read_bytes())

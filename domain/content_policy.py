"""The content security policies of the web pages: what each may load, and from where.

https://www.w3.org/TR/CSP3/ is the specification. Both the deployed and the local sites send these policies.
"""

from collections.abc import Iterable

FRAME_PAGE = "frame.html"
"""The page in which a partner's micro-frontend runs."""
FRAME_SCRIPT = "sha256-U+YkeLyDYzihPLlghAh6bpMhHBcosVMAQfs/WGvCfpg="
"""The hash of the script in that page."""


def app_policy(
    *,
    script_origins: Iterable[str] = (),
    connect_origins: Iterable[str] = (),
    media_origins: Iterable[str] = (),
    frame_ancestors: str = "'none'",
) -> str:
    """Return the policy of the viewers' app; the lists name the origins besides the app's own.

    `frame_ancestors` says which pages may show the app in a frame: none that is deployed.

    `frame-src` also keeps a partner's frame from navigating itself, with what it knows, to another origin.
    """
    scripts, media = list(script_origins), list(media_origins)
    return _policy(
        ("default-src", "'none'"),
        ("script-src", "'self'", *scripts),
        ("style-src", "'self'"),
        ("img-src", "'self'", *scripts, "data:"),
        ("media-src", "'self'", *media, "blob:"),
        ("connect-src", "'self'", *connect_origins, *media),
        ("frame-src", "'self'"),
        *_page(frame_ancestors),
    )


def control_room_policy(*, connect_origins: Iterable[str]) -> str:
    """Return the policy of the control room, which has no video and no micro-frontends."""
    return _policy(
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("style-src", "'self'"),
        ("img-src", "'self'", "data:"),
        ("connect-src", "'self'", *connect_origins),
        *_page("'none'"),
    )


def frame_policy() -> str:
    """Return the policy of `FRAME_PAGE`: it may run scripts, load nothing and reach nobody.

    `blob:` is the code that the app hands in, with the verified bundle. `sandbox` holds also where the page
    is opened by itself.
    """
    return _policy(
        ("default-src", "'none'"),
        ("script-src", f"'{FRAME_SCRIPT}'", "blob:"),
        ("img-src", "data:"),
        ("sandbox", "allow-scripts"),
        ("frame-ancestors", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
    )


def _page(frame_ancestors: str) -> tuple[tuple[str, str], ...]:
    return (
        ("object-src", "'none'"),
        ("frame-ancestors", frame_ancestors),
        ("base-uri", "'none'"),
        ("form-action", "'self'"),
    )


def _policy(*directives: tuple[str, ...]) -> str:
    return "; ".join(" ".join(directive) for directive in directives)

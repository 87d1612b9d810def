"""The content security policy of the app: what the shell may load, and from where."""


def content_security_policy(*, remotes_origin: str, socket_origin: str) -> str:
    """Return a policy that allows scripts of the shell and of the catalogue's origin, as on CloudFront."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {remotes_origin}",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            f"connect-src 'self' {socket_origin}",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )

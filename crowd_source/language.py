"""Which language a source says that a post is in."""


def language_of(tag: object) -> str | None:
    """The primary part of a language tag (`pt-BR` is `pt`); None if there is none."""
    if not isinstance(tag, str) or not tag:
        return None
    primary = tag.replace("_", "-").split("-")[0].lower()
    return None if primary in ("und", "zxx") else primary

"""The language of a post, from the language tag of its source."""


def language_of(tag: object) -> str | None:
    """Return the primary part of a language tag (`pt` of `pt-BR`); None if the language is unknown."""
    if not isinstance(tag, str) or not tag:
        return None
    primary = tag.replace("_", "-").split("-")[0].lower()
    return None if primary in ("und", "zxx") else primary

"""Filter expressions: parse, check and apply."""

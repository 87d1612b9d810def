"""IAM's wildcards: `*` for any characters, `?` for one."""

import re
from functools import lru_cache


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """True if the whole text matches the pattern."""
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


def arn_matches(pattern: str, text: str) -> bool:
    """True if each of the six parts of an ARN matches that of the pattern, as ArnLike compares them."""
    patterns, parts = pattern.split(":", 5), text.split(":", 5)
    return len(patterns) == len(parts) == 6 and all(map(matches, patterns, parts))


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    body = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(body, re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))

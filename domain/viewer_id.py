"""The viewer's id in tables, streams and datasets: the token's subject, kept whole or hashed, never cut."""

import hashlib
import re

from domain.cohort import COHORT_USER_PREFIX
from domain.errors import InvalidFieldError

MAX_SUBJECT = 255
"""Characters of a subject at most (OpenID Connect Core 1.0, section 2)."""

HASHED = "sha256-"
_HASHED_ID = re.compile(rf"{HASHED}[0-9a-f]{{64}}")
_KEPT_WHOLE = re.compile(rf"(?!{HASHED}|{COHORT_USER_PREFIX})[A-Za-z0-9._:@|+=-]{{1,100}}")
"""Subjects that can stand in a table's key, where `#` separates the parts, and in a file of CSV."""


def viewer_id_of_subject(subject: object) -> str:
    """Return the viewer's id, at most 100 characters; raises InvalidFieldError for an empty or long subject.

    A subject that is longer, has other characters or looks like a cohort becomes its hash: cut, two viewers
    could become one.
    """
    if not isinstance(subject, str) or not 1 <= len(subject) <= MAX_SUBJECT:
        raise InvalidFieldError("sub", f"a text of 1 to {MAX_SUBJECT} characters", subject)
    if _KEPT_WHOLE.fullmatch(subject):
        return subject
    return HASHED + hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()


def viewer_id_of(subject_or_id: str) -> str:
    """Return the viewer's id for a token's subject, or for an id as it stands in tables and files."""
    return subject_or_id if _HASHED_ID.fullmatch(subject_or_id) else viewer_id_of_subject(subject_or_id)

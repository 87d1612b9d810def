"""The stage of a match, from what the provider calls its round."""

from domain.match import Stage

_KNOCKOUT_WORDS = ("round of", "final", "last_", "last ", "knockout", "play-off", "playoff", "16th", "8th")


def stage_named(name: str | None) -> Stage:
    """Return the stage that a round's name means; a league without one."""
    words = (name or "").lower()
    if words in ("final", "finals"):
        return Stage.FINAL
    if "group" in words:
        return Stage.GROUP
    if any(word in words for word in _KNOCKOUT_WORDS):
        return Stage.KNOCKOUT
    return Stage.FRIENDLY if "friendl" in words else Stage.LEAGUE

"""Errors of the domain.

DomainError
├── InvalidFieldError      a value from outside is not what was expected
├── UnreadableSampleError  a sample of the broadcast cannot be decoded as picture or sound
├── AnalyserRefusedError   the service behind an analyser refuses every request
├── AnalyserBusyError      the service behind an analyser cannot answer now
├── RateExceededError      a connection reports more interactions than it may
└── RegistryError          the context registry exceeds a limit of Amazon Personalize

SettingError               an environment variable of a deployed program is missing or invalid
"""


class DomainError(Exception):
    """A rule of the domain was broken."""


class InvalidFieldError(DomainError):
    """A field from outside is not what was expected; names the field by its dotted path."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        self.field = field
        self.expected = expected
        self.got = _shorten(got)
        super().__init__(f"{field or 'body'}: expected {expected}, got {self.got}")


class UnreadableSampleError(DomainError):
    """A sample that no analyser can read; retrying does not help."""

    def __init__(self, key: str, expected: str, got: str) -> None:
        self.key = key
        super().__init__(f"{key}: expected {expected}, got {_shorten(got, 300)}")


class AnalyserRefusedError(DomainError):
    """The service behind an analyser refuses every request, for example for lack of permission."""


class AnalyserBusyError(DomainError):
    """The service behind an analyser cannot answer now; the sample can be retried."""


class RateExceededError(DomainError):
    """A connection reports more interactions than it may; they can be reported later."""


class RegistryError(DomainError):
    """The context registry exceeds a limit of Amazon Personalize."""


class SettingError(Exception):
    """An environment variable is missing or has an invalid value."""

    def __init__(self, name: str, expected: str, got: str | None) -> None:
        self.name = name
        super().__init__(f"environment variable {name}: expected {expected}, got {got!r}")


def _shorten(value: object, limit: int = 80) -> str:
    """Return the representation of a value, shortened for errors and logs."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deep, or a number with too many digits
        return f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"

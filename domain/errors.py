"""Every error of the domain.

DomainError
├── InvalidFieldError      a value from outside is not what was expected
├── UnreadableSampleError  a sample of the broadcast is no picture, or no sound, that can be looked at
├── AnalyserRefusedError   the service behind an analyser does not serve us at all
├── AnalyserBusyError      the service behind an analyser cannot answer now
└── RegistryError          the context registry breaks a limit of Amazon Personalize

SettingError               an environment variable of a deployed program is missing or invalid
"""


class DomainError(Exception):
    """A rule of the domain was broken."""


class InvalidFieldError(DomainError):
    """A field from outside holds something else than expected; names the field by its dotted path."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        self.field = field
        self.expected = expected
        self.got = _shorten(got)
        super().__init__(f"{field or 'body'}: expected {expected}, got {self.got}")


class UnreadableSampleError(DomainError):
    """A sample that no analyser will ever be able to read, however often it is tried."""

    def __init__(self, key: str, expected: str, got: str) -> None:
        self.key = key
        super().__init__(f"{key}: expected {expected}, got {_shorten(got, 300)}")


class AnalyserRefusedError(DomainError):
    """The service behind an analyser does not let us use it; the other analysers go on."""


class AnalyserBusyError(DomainError):
    """The service behind an analyser cannot answer now; the same sample may be tried again."""


class RegistryError(DomainError):
    """The context registry declares what Amazon Personalize cannot take."""


class SettingError(Exception):
    """An environment variable is missing or has an invalid value."""

    def __init__(self, name: str, expected: str, got: str | None) -> None:
        self.name = name
        super().__init__(f"environment variable {name}: expected {expected}, got {got!r}")


def _shorten(value: object, limit: int = 80) -> str:
    """Show a value without repeating a whole payload in an error, a log or a message."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"

"""Errors of Amazon Personalize, with the service's error codes.

PersonalizeError
├── InvalidInputError
├── InvalidNextTokenError
├── LimitExceededError
├── ResourceAlreadyExistsError
├── ResourceInUseError
├── ResourceNotFoundError
├── ThrottlingError
├── TooManyTagsError
└── UnknownOperationError
JobFailedError   ends a background job in CREATE FAILED
"""


class PersonalizeError(Exception):
    """A refused request."""

    status = 400
    """The HTTP status, unless the service model declares another for the error code."""

    @property
    def code(self) -> str:
        """The error code that a client sees: `InvalidInputException` for an `InvalidInputError`."""
        return type(self).__name__.removesuffix("Error") + "Exception"


class InvalidInputError(PersonalizeError):
    """A value of the request is invalid."""


class InvalidNextTokenError(PersonalizeError):
    """The page token is invalid."""


class LimitExceededError(PersonalizeError):
    """A quota is exceeded."""


class ResourceAlreadyExistsError(PersonalizeError):
    """A resource with this name exists."""


class ResourceInUseError(PersonalizeError):
    """The resource is busy, or another resource uses it."""


class ResourceNotFoundError(PersonalizeError):
    """The resource does not exist, or is not active yet."""


class ThrottlingError(PersonalizeError):
    """The rate of requests exceeds that of the campaign or the account."""

    status = 429


class TooManyTagsError(PersonalizeError):
    """The resource would have more than 50 tags."""


class UnknownOperationError(PersonalizeError):
    """The operation does not exist, or the twin does not support it."""

    status = 404


class JobFailedError(Exception):
    """A background job failed; the message becomes the resource's `failureReason`."""

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
    """A refused request; `code` is the error code that a client sees."""

    code = "InternalServerException"
    status = 500


class InvalidInputError(PersonalizeError):
    """A value of the request is invalid."""

    code = "InvalidInputException"
    status = 400


class InvalidNextTokenError(PersonalizeError):
    """The page token is invalid."""

    code = "InvalidNextTokenException"
    status = 400


class LimitExceededError(PersonalizeError):
    """A quota is exceeded."""

    code = "LimitExceededException"
    status = 400


class ResourceAlreadyExistsError(PersonalizeError):
    """A resource with this name exists."""

    code = "ResourceAlreadyExistsException"
    status = 400


class ResourceInUseError(PersonalizeError):
    """The resource is busy, or another resource uses it."""

    code = "ResourceInUseException"
    status = 400


class ResourceNotFoundError(PersonalizeError):
    """The resource does not exist, or is not active yet."""

    code = "ResourceNotFoundException"
    status = 400


class ThrottlingError(PersonalizeError):
    """The rate of requests exceeds that of the campaign or the account."""

    code = "ThrottlingException"
    status = 429


class TooManyTagsError(PersonalizeError):
    """The resource would have more than 50 tags."""

    code = "TooManyTagsException"
    status = 400


class UnknownOperationError(PersonalizeError):
    """The operation does not exist, or the twin does not support it."""

    code = "UnknownOperationException"
    status = 404


class JobFailedError(Exception):
    """A background job failed; the message becomes the resource's `failureReason`."""

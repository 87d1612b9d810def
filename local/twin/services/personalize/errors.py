"""Errors of Amazon Personalize, under the service's own codes.

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
JobFailedError   a background job ends in CREATE FAILED, with this reason
"""


class PersonalizeError(Exception):
    """An answer that is not a success; `code` is what a client sees as the error's code."""

    code = "InternalServerException"
    status = 500


class InvalidInputError(PersonalizeError):
    """A value of the request breaks a rule."""

    code = "InvalidInputException"
    status = 400


class InvalidNextTokenError(PersonalizeError):
    """A page token that this service never gave."""

    code = "InvalidNextTokenException"
    status = 400


class LimitExceededError(PersonalizeError):
    """A quota is used up."""

    code = "LimitExceededException"
    status = 400


class ResourceAlreadyExistsError(PersonalizeError):
    """The name is taken."""

    code = "ResourceAlreadyExistsException"
    status = 400


class ResourceInUseError(PersonalizeError):
    """Something else still needs the resource, or it is busy."""

    code = "ResourceInUseException"
    status = 400


class ResourceNotFoundError(PersonalizeError):
    """There is no such resource, or it is not active yet."""

    code = "ResourceNotFoundException"
    status = 400


class ThrottlingError(PersonalizeError):
    """More requests a second than the campaign or the account takes."""

    code = "ThrottlingException"
    status = 429


class TooManyTagsError(PersonalizeError):
    """More tags than a resource takes."""

    code = "TooManyTagsException"
    status = 400


class UnknownOperationError(PersonalizeError):
    """The service has no such operation."""

    code = "UnknownOperationException"
    status = 404


class JobFailedError(Exception):
    """A background job cannot be done; the message becomes the resource's `failureReason`."""

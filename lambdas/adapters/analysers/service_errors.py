"""Translates errors of Rekognition and Transcribe: unreadable sample, refused service or busy service."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from domain.broadcast.sample import Sample
from domain.errors import AnalyserBusyError, AnalyserRefusedError, UnreadableSampleError
from lambdas.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_rekognition.type_defs import ImageTypeDef

UNREADABLE = frozenset(
    {
        "InvalidImageFormatException",
        "ImageTooLargeException",
        "InvalidS3ObjectException",
        "BadRequestException",
    }
)
REFUSED = frozenset(
    {
        "AccessDeniedException",
        "UnrecognizedClientException",
        "SubscriptionRequiredException",
        "OptInRequired",
        "UnknownOperationException",
    }
)


@contextmanager
def translate_errors(sample: Sample) -> Iterator[None]:
    """Raise the domain's error for an error of the call inside; unknown errors count as a busy service."""
    try:
        yield
    except ClientError as error:
        code, message = error_code(error), str(error)
        if code in UNREADABLE:
            expected = f"{sample.kind.value} that the service can read"
            raise UnreadableSampleError(sample.key, expected, message) from error
        if code in REFUSED:
            raise AnalyserRefusedError(message) from error
        raise AnalyserBusyError(message) from error
    except BotoCoreError as error:
        raise AnalyserBusyError(str(error)) from error


def s3_image(sample: Sample) -> "ImageTypeDef":
    """Return the sample as an image parameter of Rekognition."""
    return {"S3Object": {"Bucket": sample.bucket, "Name": sample.key}}

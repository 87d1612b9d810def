"""What the answers of Rekognition and Transcribe mean for a sample: never, not for us, or not now."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from domain.broadcast.sample import Sample
from domain.errors import AnalyserBusyError, AnalyserRefusedError, UnreadableSampleError
from lambdas.adapters.aws import error_code

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
def translated(sample: Sample) -> Iterator[None]:
    """Errors of the call inside, as the domain has them; whatever may pass is a busy service."""
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


def s3_image(sample: Sample) -> dict[str, dict[str, str]]:
    """The sample as Rekognition wants to be told of it."""
    return {"S3Object": {"Bucket": sample.bucket, "Name": sample.key}}

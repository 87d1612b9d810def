"""The services that the twin plays, by signing name; a request to another one is refused.

moto knows more services. It would answer for them as if an account were empty, which misleads: it has neither
the APIs of API Gateway nor the functions' logs, which are elsewhere in the twin.
"""

from local.twin.edge.services import ServiceAnswer, json_error

PLAYED = frozenset(
    {
        *("appsync", "cloudformation", "cognito-idp", "dynamodb", "events", "execute-api", "firehose"),
        *("glue", "iam", "kinesis", "kinesisanalytics", "kms", "lambda", "monitoring", "personalize"),
        *("rekognition", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "states", "sts"),
        "transcribe",
    }
)


_XML_SERVICES = frozenset({"cloudfront", "route53"})
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/x-amz-json"


def not_played(service: str, content_type: str) -> ServiceAnswer:
    """Return the error for a service that the twin does not play, in the protocol of the request."""
    message = f"the twin does not play {service}; it plays {', '.join(sorted(PLAYED))}"
    is_xml = service in _XML_SERVICES or content_type.startswith(_FORM)
    return _error("UnsupportedOperation", message, 501, is_xml=is_xml)


def is_unsigned_call(method: str, path: str, content_type: str) -> bool:
    """True for a call without credentials to a service whose operations are all posted to one path.

    S3, to which other requests without credentials go, has nothing at that path to post to.
    """
    return method == "POST" and path == "/" and content_type.startswith((_FORM, _JSON))


def not_signed(content_type: str) -> ServiceAnswer:
    """Return AWS's error for a call without credentials, in the protocol of the request."""
    message = "Request is missing Authentication Token"
    is_xml = content_type.startswith(_FORM)
    code = "MissingAuthenticationToken" if is_xml else "MissingAuthenticationTokenException"
    return _error(code, message, 403, is_xml=is_xml)


def _error(code: str, message: str, status: int, *, is_xml: bool) -> ServiceAnswer:
    if not is_xml:
        return json_error(code, message, status=status)
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error></ErrorResponse>"
    )
    return ServiceAnswer(status=status, headers={"Content-Type": "text/xml"}, body=body.encode())

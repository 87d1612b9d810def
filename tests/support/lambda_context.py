"""The context object of a Lambda invocation."""


class LambdaContext:
    """What the runtime passes to a handler besides the event."""

    function_name = memory_limit_in_mb = function_version = "test"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:test"
    aws_request_id = "request-1"

    def __init__(self, remaining_milliseconds: int = 60_000) -> None:
        self._remaining_milliseconds = remaining_milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_milliseconds

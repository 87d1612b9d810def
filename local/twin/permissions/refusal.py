"""A refused access, in the form in which each service answers it."""

import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.permissions.access import Access
from local.twin.permissions.caller import RoleSession, ServicePrincipal
from local.twin.services.transcribe import cbor

CODE = "AccessDeniedException"
_FORBIDDEN_BY_STATUS = frozenset({"lambda", "scheduler", "execute-api"})
"""Services of the REST-JSON protocol, which answer 403; Personalize's runtime does too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An access that no policy allows, or that one denies."""

    caller: RoleSession | ServicePrincipal
    access: Access
    reason: str

    @property
    def message(self) -> str:
        """AWS's message."""
        what = f"perform: {self.access.action} on resource: {self.access.resource}"
        return f"User: {self.caller} is not authorized to {what} {self.reason}"

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """Return the answer in the request's protocol."""
        answer = self._answer(request)
        headers = {**answer.headers, "x-amzn-RequestId": str(uuid.uuid4())}
        return ServiceAnswer(status=answer.status, headers=headers, body=answer.body)

    def _answer(self, request: ServiceRequest) -> ServiceAnswer:
        if request.service == "s3":
            return _xml(f"<Error><Code>AccessDenied</Code><Message>{escape(self.message)}</Message></Error>")
        if not request.operation and request.service in ("sns", "sqs"):
            code = "AuthorizationError" if request.service == "sns" else "AccessDenied"
            error = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(self.message)}</Message>"
            return _xml(f"<ErrorResponse><Error>{error}</Error></ErrorResponse>")
        if request.service == "sqs":
            answer = json_error("com.amazonaws.sqs#AccessDenied", self.message, status=403)
            headers = {**answer.headers, "x-amzn-query-error": "AccessDenied;Sender"}
            return ServiceAnswer(status=403, headers=headers, body=answer.body)
        if request.service == "appsync":
            entry = {"errorType": CODE, "message": self.message}
            headers = {"Content-Type": "application/json", "x-amzn-ErrorType": CODE}
            return json_answer({"errors": [entry]}, status=403, headers=headers)
        if request.headers.get("smithy-protocol") == cbor.PROTOCOL:
            return cbor.error_answer(CODE, self.message)
        by_status = request.service in _FORBIDDEN_BY_STATUS or not request.operation
        return json_error(CODE, self.message, status=403 if by_status else 400)


def _xml(body: str) -> ServiceAnswer:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return ServiceAnswer(status=403, headers={"Content-Type": "application/xml"}, body=text.encode())

"""Personalize: its operations name the resources by their ARNs.

Source: AWS documentation, "Actions, resources, and condition keys for Amazon Personalize". An import needs
two resources: the dataset, and the job that it creates. Solution versions belong to their solution's ARN. A
creation with tags also needs the right to tag what it creates.
"""

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.operations.passed_roles import passed_role

_SERVICE = "personalize.amazonaws.com"
_CREATED = {
    "CreateDatasetImportJob": "dataset-import-job/",
    "CreateDataDeletionJob": "data-deletion-job/",
    "CreateSchema": "schema/",
}
_RUNTIME = {
    "/recommendations": "GetRecommendations",
    "/personalize-ranking": "GetPersonalizedRanking",
    "/action-recommendations": "GetActionRecommendations",
}
_EVENTS = {"/events": "PutEvents", "/users": "PutUsers", "/items": "PutItems"}
_NAMING = (
    "campaignArn",
    "solutionArn",
    "solutionVersionArn",
    "datasetImportJobArn",
    "dataDeletionJobArn",
    "datasetArn",
    "datasetGroupArn",
    "filterArn",
    "eventTrackerArn",
    "schemaArn",
    "resourceArn",
)
"""The first of these that a request has is the resource that the operation is about."""


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation of the control plane, the runtime or the events needs."""
    fields = request.json()
    operation = request.operation or _RUNTIME.get(request.path) or _EVENTS.get(request.path, request.path)
    action = f"personalize:{operation}"
    if operation == "PutEvents":
        return [Access(action=action, resource="*")]
    named = [fields[name] for name in _NAMING if name in fields][:1]
    if operation in _CREATED:
        named.append(
            arns.arn("personalize", _CREATED[operation] + str(fields.get("jobName", fields.get("name"))))
        )
    found = [Access(action=action, resource=resource) for resource in named or ["*"]]
    if "tags" in fields and operation.startswith("Create"):
        found.append(Access(action="personalize:TagResource", resource=_created(named)))
    return found + [passed_role(role, _SERVICE) for role in [fields.get("roleArn")] if role]


def _created(named: list[str]) -> str:
    """Return the ARN of what a request creates; the id of a solution version is not known before."""
    last = named[-1] if named else "*"
    return f"{last}/new" if ":solution/" in last else last

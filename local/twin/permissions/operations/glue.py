"""Glue: jobs by their names; a table needs its database and the catalog too."""

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation needs."""
    fields, action = request.json(), f"glue:{request.operation}"
    if "JobName" in fields:
        resources = [f"job/{fields['JobName']}"]
    elif "DatabaseName" in fields:
        database, table = fields["DatabaseName"], fields.get("Name") or fields.get("TableName")
        resources = ["catalog", f"database/{database}", *([f"table/{database}/{table}"] if table else [])]
    else:
        return [Access(action=action, resource="*")]
    return [Access(action=action, resource=arns.arn("glue", resource)) for resource in resources]

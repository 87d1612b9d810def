"""The permission to pass a role to a service."""

from local.twin.permissions.access import Access


def passed_role(role_arn: str, service: str) -> Access:
    """Return the access that a request needs which gives a service a role."""
    return Access(action="iam:PassRole", resource=role_arn, context={"iam:passedtoservice": service})

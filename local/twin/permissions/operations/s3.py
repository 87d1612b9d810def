"""S3: the action comes from the method, the path and the sub-resource in the query."""

import re
from urllib.parse import parse_qs, unquote

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.errors import UnmappedOperationError

_DELETED_KEY = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)
_OBJECT_ACTIONS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_BUCKET_READS = {
    "location": "GetBucketLocation",
    "notification": "GetBucketNotification",
    "uploads": "ListBucketMultipartUploads",
    "versioning": "GetBucketVersioning",
    "versions": "ListBucketVersions",
}


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:  # noqa: ARG001 - S3's ARNs have no region
    """Return what a request needs; raises UnmappedOperationError for a sub-resource that no file names."""
    bucket, _, key = unquote(request.path).lstrip("/").partition("/")
    query = parse_qs(request.query_string, keep_blank_values=True)
    if not bucket:
        return [Access(action="s3:ListAllMyBuckets", resource="*")]
    if not key:
        return _of_bucket(request, bucket, query)
    return _of_object(request, f"{bucket}/{key}", query)


def may_list(request: ServiceRequest) -> Access:
    """Return the access without which S3 hides that an object is missing."""
    return _access("ListBucket", unquote(request.path).lstrip("/").partition("/")[0])


def _of_bucket(request: ServiceRequest, bucket: str, query: dict[str, list[str]]) -> list[Access]:
    if request.method == "POST" and "delete" in query:
        keys = [key.decode() for key in _DELETED_KEY.findall(request.body)]
        return [_access("DeleteObject", f"{bucket}/{key}") for key in keys]
    if request.method in ("GET", "HEAD"):
        named = [action for name, action in _BUCKET_READS.items() if name in query]
        return [_access(named[0] if named else "ListBucket", bucket)]
    raise UnmappedOperationError("s3", f"{request.method} {request.path}?{request.query_string}")


def _of_object(request: ServiceRequest, path: str, query: dict[str, list[str]]) -> list[Access]:
    if "uploadId" in query or "uploads" in query:
        action = {"DELETE": "AbortMultipartUpload", "GET": "ListMultipartUploadParts"}.get(request.method)
        return [_access(action or "PutObject", path)]
    action = _OBJECT_ACTIONS.get(request.method)
    if action is None or "acl" in query:
        raise UnmappedOperationError("s3", f"{request.method} {request.path}?{request.query_string}")
    if "tagging" in query:
        action += "Tagging"
    if "versionId" in query and action != "PutObject":
        action = action.replace("Object", "ObjectVersion", 1)
    found = [_access(action, path)]
    source = request.headers.get("X-Amz-Copy-Source")
    if source is not None:
        found.append(_access("GetObject", unquote(source).lstrip("/").partition("?")[0]))
    return found


def _access(action: str, path: str) -> Access:
    return Access(action=f"s3:{action}", resource=f"arn:aws:s3:::{path}")

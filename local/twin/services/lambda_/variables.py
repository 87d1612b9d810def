"""The environment variables of an execution environment."""

import os
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from local.twin.endpoints import SECRET_ACCESS_KEY, Endpoint
from local.twin.permissions.caller import access_key_id
from local.twin.services.lambda_.configuration import FunctionConfiguration

Initialization = Literal["on-demand", "provisioned-concurrency"]
"""Why an environment is started: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
_INHERITED = ("LD_LIBRARY_PATH", "SSL_CERT_FILE")


def environment_variables(
    function: FunctionConfiguration,
    *,
    endpoint: Endpoint,
    runtime_api: str,
    name: str,
    task_root: Path,
    initialization: Initialization,
) -> dict[str, str]:
    """Return Lambda's reserved variables, and the function's own with the addresses of the edge.

    `name` is the environment's, which its requests carry.
    """
    configured = {
        name: endpoint.with_local_addresses(str(value)) for name, value in function.environment.items()
    }
    stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{runtime_api.rpartition(':')[2]}"
    reserved = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": "/tmp",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": sysconfig.get_path("purelib"),
        "PYTHONPATH": str(task_root),
        "PYTHONUNBUFFERED": "1",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_REGION": endpoint.region,
        "AWS_DEFAULT_REGION": endpoint.region,
        "AWS_ACCESS_KEY_ID": access_key_id(function.role_arn),
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_ENDPOINT_URL": endpoint.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_UA_APP_ID": name,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | configured | reserved

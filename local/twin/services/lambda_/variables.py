"""The environment variables of an execution environment."""

import os
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

from local.twin.endpoints import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Endpoint
from local.twin.services.lambda_.configuration import FunctionConfiguration

_INHERITED = ("LD_LIBRARY_PATH", "SSL_CERT_FILE")


def environment_variables(
    function: FunctionConfiguration, *, endpoint: Endpoint, runtime_api: str, task_root: Path
) -> dict[str, str]:
    """Return Lambda's reserved variables, and the function's own with the addresses of the edge."""
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
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_REGION": endpoint.region,
        "AWS_DEFAULT_REGION": endpoint.region,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_ENDPOINT_URL": endpoint.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | configured | reserved

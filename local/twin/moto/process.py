"""moto's process: an HTTP/1.1 server with the twin's patches.

Run as `python -m local.twin.moto.process <file descriptor for notices> <edge port>`.
"""

import importlib
import os
import socket
import sys
import threading

from local.twin.moto.notices import NoticeSender

_SLOW_TO_LOAD = (
    "moto.s3.responses",
    "moto.cognitoidp.responses",
    "moto.ssm.responses",
    "moto.iam.responses",
    "moto.stepfunctions.parser.models",
    "moto.glue.responses",
    "moto.kms.responses",
    "moto.secretsmanager.responses",
)


def main(notice_descriptor: int, edge_port: int) -> None:
    """Serve until the edge closes its end of the notices' socket, or kills this process."""
    os.environ["MOTO_PORT"] = str(edge_port)  # moto's state machine interpreter calls services at this port
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from local.twin.moto import (
        atomic_calls,
        execution_events,
        expiry,
        hooks,
        performance,
        retention,
        sign_in,
        state_machine_roles,
        state_machine_tasks,
    )
    from local.twin.moto.keep_alive import KeepAliveHandler

    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    connection = socket.socket(fileno=notice_descriptor)
    notices = NoticeSender(connection)
    performance.install()
    retention.install()
    hooks.install(notices)
    atomic_calls.install()
    sign_in.install()
    state_machine_tasks.install()
    state_machine_roles.install()
    execution_events.install()
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepAliveHandler)
    threading.Thread(target=_exit_with_the_edge, args=(connection,), daemon=True).start()
    threading.Thread(target=_load_slow_modules, daemon=True).start()
    threading.Thread(target=expiry.run, daemon=True).start()
    notices.send("ready", port=server.server_port)
    server.serve_forever()


def _load_slow_modules() -> None:
    """Load the slowest services while the edge creates its clients."""
    for module in _SLOW_TO_LOAD:
        importlib.import_module(module)


def _exit_with_the_edge(connection: socket.socket) -> None:
    while connection.recv(64):
        pass
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

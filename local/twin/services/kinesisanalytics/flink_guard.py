"""Run a command, and end it together with the process that started it.

Run as a script in a session of its own: the command as arguments, and standard input open as long as the
starter lives.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command and return its exit status; kill the whole group when standard input ends."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_starter, daemon=True).start()
    return process.wait()


def _end_with_starter() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())

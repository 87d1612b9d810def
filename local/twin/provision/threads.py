"""Running a function in a thread that nobody has to wait for."""

import asyncio
import threading
from collections.abc import Callable


async def in_daemon_thread(work: Callable[[], None], name: str) -> None:
    """Run a function and wait for it; a cancelled wait, or the end of the process, abandons the thread.

    The threads of `asyncio.to_thread` keep a process from ending, for minutes if they call a stopped twin.
    """
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def finish(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as raised:  # noqa: BLE001 - the waiting task raises it
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(finish, error)

    threading.Thread(target=run, name=name, daemon=True).start()
    await done

"""Serves the app until Ctrl-C: prints the address, opens a browser, says when one was let in."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from stages.errors import InputError
from stages.i18n import Language, say
from turntempo import stderr
from turntempo.web.guard import LAUNCH
from turntempo.web.launch import LASTS_S, LaunchFile
from turntempo.web.server import Loopback


def serve(command: str, port: int, language: Language = "en", opens: bool = False) -> None:
    """Until Ctrl-C. `opens`: show it in the browser of this machine. Raises InputError where the port is taken."""
    try:
        asyncio.run(_serve(Loopback(command, port, language=language), opens))
    except OSError as error:
        raise InputError(say("web.taken", port=port, why=error.strerror or str(error))) from None


async def _serve(server: Loopback, opens: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends the loop
            loop.add_signal_handler(number, stop.set)
    async with server.listening():
        stderr.note(say("web.ready", address=server.address()))
        server.let_in_changed = lambda: stderr.note(say("web.let_in", address=server.address()))
        with contextlib.ExitStack() as files:
            if opens:
                _open(server, loop, files)
            await stop.wait()


def _open(server: Loopback, loop: asyncio.AbstractEventLoop, files: contextlib.ExitStack) -> None:
    """Open a browser beside the loop; its file is removed once its address lets no one in any more."""
    launch = LaunchFile(server.address(LAUNCH, LASTS_S))
    files.callback(launch.remove)
    loop.call_later(LASTS_S, launch.remove)
    loop.run_in_executor(None, launch.open)

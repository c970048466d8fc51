"""The server under the page: holds the port, says where it is, stays quiet. No Gradio here."""

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from prompts import loader
from qa.reception import Reception

log = logging.getLogger(__name__)

_SWITCH = 0.02  # seconds
_YOUNG = 20_000  # things made since, from which on those that only hold each other are looked for


class PortInUseError(Exception):
    """The page can't listen where it was told to; the message says where, why, and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that holds the port from now on.

    Raises:
        PortInUseError: the port is occupied, or can't be opened on this host.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        held = socket.create_server((str(address[0]), port), family=family)
        # Connections inherit it; asyncio only sees to it itself where it opens the socket. Without it, an answer's body waits
        # for the receipt of its headers, which comes 40 ms later.
        held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return held
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(f"port {port} on {host} is already in use by another program; choose another with --port") from error
        raise PortInUseError(
            f"the page can't listen on port {port} of {host} ({error.strerror or error}); choose another with --port or --host"
        ) from error


def check_port(host: str, port: int) -> None:
    """Find out early, before anything is loaded, that the page could not be served.

    Raises:
        PortInUseError: the port is occupied, or can't be opened on this host.
    """
    listen(host, port).close()


class _Server(uvicorn.Server):
    """Says where the page is once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self.config.host, self.config.port
        # Shown, not bound to.
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # nosec
        shown = everywhere.get(host, f"[{host}]" if ":" in host else host)
        print(loader.text("page", "address", url=f"http://{shown}:{port}"), file=sys.stderr, flush=True)

    def __init__(self, config: uvicorn.Config, reception: Reception) -> None:
        super().__init__(config)
        self._reception = reception

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Still listening: who asks now is told to come back, and what balances loads sees that nobody should be sent here.
        self._reception.close()
        left = await asyncio.get_running_loop().run_in_executor(None, self._reception.finish)
        if left:
            log.warning("stopped with %d questions not answered in time", left)
        # Open pages hold a stream that only ends by being cut off, which uvicorn reports with a traceback each.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def run(app: ASGIApp, held: socket.socket, host: str, port: int, reception: Reception) -> None:
    """Serve `app` on the socket `held` until interrupted or told to end; what `reception` has taken is answered first."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        http="h11",  # the stricter parser, whatever else is installed: httptools lets a second Host through
        timeout_graceful_shutdown=1,
        proxy_headers=False,  # `qa.edge` reads what proxies say
        server_header=False,
    )

    # Python lets another thread in every 5 ms; what an answer takes is done in one go instead of by turns with others.
    sys.setswitchinterval(_SWITCH)
    # What is loaded by now stays: looking through it for what nobody holds any more takes 5 % of an answer's own time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    # uvicorn raises the signal it has ended for once more; asked to end, having done so is a success.
    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, reception).run(sockets=[held])

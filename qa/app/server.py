"""The server under the page: holds the port, says where it is, stays quiet. No Gradio here."""

import contextlib
import errno
import logging
import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from prompts import loader


class PortInUseError(Exception):
    """The page can't listen where it was told to; the message says where, why, and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that holds the port from now on.

    Raises:
        PortInUseError: the port is occupied, or can't be opened on this host.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address[0]), port), family=family)
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
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # nosec B104
        shown = everywhere.get(host, f"[{host}]" if ":" in host else host)
        print(loader.text("page", "address", url=f"http://{shown}:{port}"), file=sys.stderr, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Open pages hold a stream that only ends by being cut off, which uvicorn reports with a traceback each.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def run(app: ASGIApp, held: socket.socket, host: str, port: int) -> None:
    """Serve `app` on the socket `held` until interrupted."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        proxy_headers=False,  # `qa.edge` reads what proxies say
        server_header=False,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config).run(sockets=[held])

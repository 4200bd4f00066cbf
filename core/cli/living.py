"""The process that tells open pages of changes, by itself behind a reverse proxy or as a child of the server."""

from __future__ import annotations

import asyncio
import signal
import socket

import click

from core.base.errors import DomainError
from core.base.text import catalogue
from core.cli.acting import plain
from core.cli.serving import current

_ = catalogue("cli")


@click.command(help="Tell open pages of changes, beside the servers. `remit serve` does it by itself.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--most", default=5_000, show_default=True, type=click.IntRange(1), help="Open pages in all.")
@click.option("--each", default=24, show_default=True, type=click.IntRange(1), help="Open pages of one account.")
@click.option("--handed", type=int, hidden=True, help="The socket over which `remit serve` hands over others.")
@plain
def live(host: str, port: int, most: int, each: int, handed: int | None) -> None:
    """Serve ``/live`` until interrupted, or until the server that started it is gone."""
    from core.live.server import Server

    link = socket.socket(fileno=handed) if handed is not None else None
    listen = _listen(host, port) if link is None else None
    house = current(pages=False)
    _room_for(most)
    server = Server(house, most=most, each=each)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        if listen is not None:
            click.echo(str(_("Remit tells open pages of changes on http://{host}:{port}/live", host=host,
                             port=listen.getsockname()[1])))  # fmt: skip
        await server.run(listen=listen, link=link)

    try:
        asyncio.run(serve())
    finally:
        house.database.dispose()


def _listen(host: str, port: int) -> socket.socket:
    """A socket to listen on; the sentence about one that is not to be had is the server's."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DomainError(
            "serve.address", _("{host}:{port} cannot be listened on: {reason}", host=host, port=port, reason=reason)
        ) from error


def _room_for(most: int) -> None:
    """Let this process have as many sockets as it may be asked for."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + 200
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

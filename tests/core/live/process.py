"""A live process for tests, which asks more often than the product: `python process.py URL INSTANCE [PORT]`, or `URL
INSTANCE link FD` for one that a server hands sockets to.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

from core.db.keys import KeyRing
from core.db.session import Database
from core.live.server import Server
from tests.core.live.trial import around


def main() -> None:
    url, instance, *port = sys.argv[1:]
    folder = Path(instance)
    house = around(Database(url, keys=KeyRing.load(folder / "keys.json")), folder)
    link = socket.socket(fileno=int(port[1])) if port[0:1] == ["link"] else None
    address = ("127.0.0.1", int(port[0]) if port and link is None else 0)
    listen = socket.create_server(address, backlog=1024) if link is None else None

    async def serve() -> None:
        server = Server(house, check_every=0.2)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        if listen is not None:
            print(listen.getsockname()[1], flush=True)
        await server.run(listen=listen, link=link)

    asyncio.run(serve())
    house.database.dispose()


if __name__ == "__main__":
    main()

"""A live process for tests, which asks more often than the product: `python process.py URL INSTANCE [PORT]`."""

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
    listen = socket.create_server(("127.0.0.1", int(port[0]) if port else 0), backlog=1024)

    async def serve() -> None:
        server = Server(house, check_every=0.2)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        print(listen.getsockname()[1], flush=True)
        await server.run(listen=listen)

    asyncio.run(serve())
    house.database.dispose()


if __name__ == "__main__":
    main()

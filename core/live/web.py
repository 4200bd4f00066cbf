"""What the web app answers where no live process stands before it: pages are to ask for themselves.

204 ends a browser's try without a word in its console; any refusal would be told there on every page.
"""

from __future__ import annotations

from flask import Flask, Response

from core.kernel.house import House
from core.live.connection import PATH


def install(app: Flask, house: House) -> None:
    """Answer ``/live``; requests that a live process takes never come here."""
    del house

    @app.get(PATH, endpoint="live")
    def live() -> Response:
        return Response(status=204, headers={"Cache-Control": "no-store"})

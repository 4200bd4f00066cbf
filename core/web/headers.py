"""Headers every answer carries: what the browser may load, and that personal pages are kept nowhere."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, request

from core.web import visit

CSP = (
    "default-src 'self'; script-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def setup(app: Flask, *, secure: bool) -> None:
    """Set the headers; ``secure`` when the installation is only reached over https."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", CSP)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if request.path.startswith("/api/") else "private, no-store"
        if secure:
            response.headers["Strict-Transport-Security"] = HSTS
        response.headers["X-Request-ID"] = visit.current().request_id
        return response


def disposition(name: str, *, inline: bool = False) -> str:
    """``Content-Disposition`` with the name in every script (RFC 6266, RFC 8187).

    A name put into the header as it is breaks the answer of a real server as soon as it holds Chinese.
    """
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

"""Headers every answer carries: what the browser may load, and that personal pages are kept nowhere."""

from __future__ import annotations

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
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
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

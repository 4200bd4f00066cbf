"""Static files: served with digests in their addresses, so that browsers keep them until they change.

``static('css/shell.css')`` is a file of the house, ``static('payroll/run.js')`` one of a module, which lies in its
package under ``static/payroll/``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.headers import Headers

import structlog
from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from core.kernel.registry import Registry
from core.web import headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from whitenoise.responders import StaticFile

OWN = Path(__file__).resolve().parent / "static"
PREFIX = "/static/"
SPRITE = "vendor/icons.svg"
FOREVER = "public, max-age=31536000, immutable"
BRIEF = "public, max-age=300"

_VERSIONED_NAME = re.compile(r"-\d+\.\d+\.\d+[.-]")
_ICON_NAME = re.compile(r"[a-z0-9-]+")
log = structlog.get_logger("remit.web")


class Assets(WhiteNoise):  # type: ignore[misc]
    """Serves the files of the house and of its modules; what was asked for by its digest may be kept for ever."""

    def __init__(self, application: Any, folders: Iterable[tuple[str, Path]], *, refresh: bool) -> None:
        super().__init__(
            application, autorefresh=refresh, max_age=None, allow_all_origins=False, add_headers_function=_protect
        )
        self.folders = list(folders)
        self._digests: dict[str, str] = {}
        for prefix, folder in self.folders:
            self.add_files(str(folder), PREFIX + prefix)

    def digest(self, path: str) -> str:
        """Eight characters that change with the file; empty, and logged, when there is no such file."""
        if path not in self._digests or self.autorefresh:
            found = self._find(path)
            if found is None:
                log.error("static file missing", path=path)
            self._digests[path] = hashlib.sha256(found.read_bytes()).hexdigest()[:8] if found else ""
        return self._digests[path]

    def url(self, path: str) -> str:
        """The address of a file, with its digest."""
        digest = self.digest(path)
        return f"{PREFIX}{path}?v={digest}" if digest else PREFIX + path

    def _find(self, path: str) -> Path | None:
        for prefix, folder in self.folders:
            file = folder / path.removeprefix(prefix)
            if path.startswith(prefix) and file.is_file():
                return file
        return None

    def serve(
        self, static_file: StaticFile, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Any:
        """Serve one file, saying how long it may be kept."""
        path = environ.get("PATH_INFO", "").removeprefix(PREFIX)
        query = environ.get("QUERY_STRING", "")
        lasting = bool(_VERSIONED_NAME.search(path)) or (query.startswith("v=") and query[2:] == self.digest(path))

        def start(status: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            given = [pair for pair in given if pair[0].lower() != "cache-control"]
            return start_response(status, [*given, ("Cache-Control", FOREVER if lasting else BRIEF)], *rest)

        return WhiteNoise.serve(static_file, environ, start)


def _protect(given: Headers, path: str, url: str) -> None:
    del path, url
    for name, value in headers.ALWAYS.items():
        given[name] = value
    given["Content-Security-Policy"] = headers.CSP


def folders_of(registry: Registry) -> list[tuple[str, Path]]:
    """Prefix and folder of every part that has static files, the house's own last so that it is found last."""
    core = OWN.parent.parent
    own = sorted(folder for folder in core.glob("*/static/*/") if folder.parts[-3] == folder.name)
    found = [(f"{folder.name}/", folder) for folder in own]
    for name in registry.loaded:
        manifest = registry.modules[name].manifest
        folder = Path(import_module(manifest.package).__path__[0]) / "static" / name if manifest else OWN
        if manifest and folder.is_dir():
            found.append((f"{name}/", folder))
    return [*found, ("", OWN)]


def setup(app: Flask, registry: Registry) -> None:
    """Serve static files in front of the app, and teach templates ``static`` and ``icon``."""
    assets = Assets(app.wsgi_app, folders_of(registry), refresh=app.debug)
    app.wsgi_app = assets  # type: ignore[method-assign]
    app.extensions["remit-assets"] = assets

    def icon(name: str, classes: str = "", **attributes: str) -> Markup:
        """An icon of the sprite, or ``payroll:slip`` from the sprite ``static/payroll/icons.svg`` of a module."""
        module, colon, own = name.rpartition(":")
        if not _ICON_NAME.fullmatch(own):
            raise ValueError(f"{name!r} is no name of an icon")
        sprite = assets.url(f"{module}/icons.svg" if colon else SPRITE)
        drawing = Markup('<svg class="hr-i {}" aria-hidden="true"><use href="{}#{}"/></svg>')
        return drawing.format(attributes.get("class") or classes, sprite, own)

    app.jinja_env.globals.update(static=assets.url, icon=icon)

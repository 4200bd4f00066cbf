"""What every answer carries, and static files that are kept until they change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask
import pytest
import structlog
from sqlalchemy.orm import Session

from core.access.declare import public
from core.app import create_app
from core.base.actor import Actor
from core.config import Config
from core.db.keys import KeyRing
from core.web.blueprints import ModuleBlueprint
from tests.core.web.desk import SIGNED_IN, Desk

POLICY = (
    "default-src 'self'; script-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


@pytest.fixture
def app(desk: Desk) -> flask.Flask:
    """A page, and a static file and an icon of the module's own."""
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")

    @blueprint.get("/page")
    @public("for the test")
    def shown(session: Session, actor: Actor) -> Any:
        flask.session["kept"] = 1
        return "page"

    desk.blueprints.append(blueprint)
    folder = desk.folder / "static" / "desk"
    folder.mkdir(parents=True)
    (folder / "desk.js").write_text("export {}\n")
    (folder / "icons.svg").write_text("<svg/>")
    return desk.open()


def test_every_answer_is_protected(app: flask.Flask) -> None:
    """Pages, errors, the interface and static files alike."""
    client = app.test_client()
    for url in ("/desk/page", "/nothing", "/api/v1/openapi.json", "/api/nothing", "/static/css/tokens.css"):
        headers = client.get(url, buffered=True).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
        assert "Server" not in headers
    assert client.get("/desk/page").headers["Cache-Control"] == "private, no-store"


def test_over_https_the_cookie_and_the_browser_know(desk: Desk) -> None:
    """HSTS, and a cookie that never travels in the clear."""
    blueprint = ModuleBlueprint("desk", __name__)

    @blueprint.get("/page")
    @public("for the test")
    def shown(session: Session, actor: Actor) -> Any:
        flask.session["kept"] = 1
        return "page"

    desk.blueprints.append(blueprint)
    desk.secure = True
    response = desk.open().test_client().get("/page", base_url="https://remit.example")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = response.headers["Set-Cookie"]
    for part in ("remit=", "Secure", "HttpOnly", "SameSite=Lax"):
        assert part in cookie


def test_static_files_are_asked_for_by_digest(app: flask.Flask, desk: Desk) -> None:
    """Kept for ever under the digest, briefly under anything else; a module's lie under its own name."""
    static = app.jinja_env.globals["static"]
    assert callable(static)
    client = app.test_client()
    url = static("desk/desk.js")
    assert url.startswith("/static/desk/desk.js?v=")
    assert "immutable" in client.get(url, buffered=True).headers["Cache-Control"]
    assert client.get(url, buffered=True).mimetype == "text/javascript"
    for other in ("/static/desk/desk.js", "/static/desk/desk.js?v=00000000", "/static/desk/desk.js?v="):
        assert client.get(other, buffered=True).headers["Cache-Control"] == "public, max-age=300"
    assert "immutable" in client.get(static("vendor/icons.svg"), buffered=True).headers["Cache-Control"]
    for outside in ("/static/../app.py", "/static/desk/../../plugin.py", "/static/missing.css"):
        assert client.get(outside, headers=SIGNED_IN).status_code == 404
    with structlog.testing.capture_logs() as logs:
        assert static("desk/missing.js") == "/static/desk/missing.js"
    assert [line["path"] for line in logs] == ["desk/missing.js"]


def test_icons_come_from_the_sprite(app: flask.Flask) -> None:
    """Of the house, or of a module; a name that is none is refused, so nothing can be smuggled in."""
    icon = app.jinja_env.globals["icon"]
    assert callable(icon)
    static = app.jinja_env.globals["static"]
    assert callable(static)
    sprite = static("vendor/icons.svg")
    assert icon("home", "hr-i-s") == f'<svg class="hr-i hr-i-s" aria-hidden="true"><use href="{sprite}#home"/></svg>'
    assert f'{static("desk/icons.svg")}#slip"' in icon("desk:slip")
    assert 'class="hr-i &#34;&gt;"' in icon("home", '">')
    with pytest.raises(ValueError, match="is no name of an icon"):
        icon('x"><script>')


def test_the_log_line_names_the_route_and_no_person(app: flask.Flask) -> None:
    """The address may hold an id or a search for a name; the line does not."""
    with structlog.testing.capture_logs() as logs:
        app.test_client().get("/desk/page?q=Lin+An", headers=SIGNED_IN)
    line = next(found for found in logs if found["event"] == "answered")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/desk/page", 200)
    assert "Lin" not in str(logs)


def test_cookies_outlive_a_restart_once_there_is_a_key_ring(tmp_path: Path) -> None:
    """What signs them is derived from the ring; two installations never share it."""

    def secret(folder: Path) -> Any:
        return create_app(Config(instance=folder), modules={}).config["SECRET_KEY"]

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        KeyRing.generate().save(tmp_path / name / "keys.json")
    assert secret(tmp_path / "a") == secret(tmp_path / "a") != secret(tmp_path / "b")

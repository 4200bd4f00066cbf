"""Whole pages and their parts, redirects, flashes, language, and the words of templates."""

from __future__ import annotations

import json
from typing import Any

import flask
import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.access.declare import public, signed_in
from core.base.actor import Actor
from core.base.text import register_domain
from core.web import ports, rendering
from core.web.blueprints import ModuleBlueprint
from core.web.pages import flash, local_path, page, redirect_to
from tests.core.web.desk import SIGNED_IN, Desk, post, token_of

LIST = """{% extends "base.html" %}
{% from "desk/macros.html" import bold %}
{% set total = notes | length %}
{% block main %}<form><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>
<section>{% block slips_table %}<table>{{ bold(total) }}{{ _("Notes") }}</table>{% endblock %}</section>{% endblock %}
"""


@pytest.fixture
def app(desk: Desk) -> flask.Flask:
    """A list with one fragment, and a post that ends in a redirect."""
    desk.template("list.html", LIST)
    desk.template("macros.html", "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}")
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")

    @blueprint.get("/notes")
    @signed_in
    def notes(session: Session, actor: Actor) -> Any:
        return page("desk/list.html", {"slips": "slips_table", "表": "slips_table"}, title="Notes", notes=[1, 2, 3])

    @blueprint.post("/notes")
    @signed_in
    def save(session: Session, actor: Actor) -> Any:
        flash("Saved <now>", "ok")
        return redirect_to("desk.notes", page=2)

    @blueprint.post("/language")
    @public("language is chosen before signing in")
    def language(session: Session, actor: Actor) -> Any:
        ports.remember(locale=flask.request.form.get("locale"), theme=flask.request.form.get("theme"))
        return redirect_to(local_path(flask.request.form.get("next"), "/") or "/")

    @blueprint.get("/where")
    @public("for the test")
    def where(session: Session, actor: Actor) -> Any:
        return page("desk/where.html")

    desk.template("where.html", "{{ locale }} {{ theme }} {{ _('Notes') }} {{ csrf_token() }}")
    desk.blueprints.append(blueprint)
    return desk.open()


def kind_of(response: TestResponse) -> str:
    """Whole page, the block main, or the fragment alone."""
    html = response.text
    return "whole" if "<html" in html else "main" if "<section>" in html else "fragment"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "whole"),
        ({"HX-Request": "true", "HX-Request-Type": "full", "HX-Target": "div#slips"}, "whole"),
        ({"HX-Request": "true"}, "whole"),
        ({"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#slips"}, "fragment"),
        ({"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#%E8%A1%A8"}, "fragment"),
        ({"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}, "main"),
        ({"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "slips"}, "main"),
        ({"HX-Request": "true", "HX-Request-Type": "partial"}, "main"),
    ],
)
def test_whole_page_or_part(app: flask.Flask, headers: dict[str, str], expected: str) -> None:
    """Only a partial request gets a part; what the template imports and sets is known in it too."""
    response = app.test_client().get("/desk/notes", headers={**SIGNED_IN, **headers})
    assert kind_of(response) == expected
    assert "<b>3</b>" in response.text
    assert {"HX-Request", "HX-Request-Type", "HX-Target"} <= set(response.headers["Vary"].split(", "))


def test_a_fragment_the_template_does_not_have_is_an_error(app: flask.Flask) -> None:
    """A mistyped block is found at once."""
    with app.test_request_context("/"), pytest.raises(LookupError, match="has no block 'slip_table'"):
        rendering.render("desk/list.html", {"notes": []}, block="slip_table")


def test_a_post_without_script_ends_in_303(app: flask.Flask) -> None:
    """And the next page shows the message, escaped."""
    client = app.test_client()
    response = post(client, "/desk/notes", {})
    assert (response.status_code, response.headers["Location"]) == (303, "/desk/notes?page=2")
    after = client.get(response.headers["Location"], headers=SIGNED_IN)
    assert "Saved &lt;now&gt;" in after.text
    assert "Saved" not in client.get("/desk/notes", headers=SIGNED_IN).text


def test_a_post_of_the_script_is_told_where_to_go(app: flask.Flask) -> None:
    """HX-Location, since a redirect would be followed inside the fragment."""
    response = post(app.test_client(), "/desk/notes", {}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert json.loads(response.headers["HX-Location"])["path"] == "/desk/notes?page=2"


def test_a_forged_post_is_refused(app: flask.Flask) -> None:
    """No token, or that of another browser: 400 with a page; the header works as the field does."""
    client = app.test_client()
    refused = client.post("/desk/notes", headers=SIGNED_IN)
    assert (refused.status_code, "The page had been open for too long" in refused.text) == (400, True)
    foreign = token_of(app.test_client(), "/desk/notes")
    assert client.post("/desk/notes", data={"csrf_token": foreign}, headers=SIGNED_IN).status_code == 400
    own = token_of(client, "/desk/notes")
    assert client.post("/desk/notes", headers={**SIGNED_IN, "X-CSRFToken": own}).status_code == 303


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/desk?x=1#y", "/desk?x=1#y"), ("/", "/"), ("//evil.example", "/home"), ("https://evil.example/", "/home"),
        ("/\\evil.example", "/home"), ("", "/home"), (None, "/home"), ("desk", "/home"),
        ("/a\r\nSet-Cookie:x", "/home"), ("javascript:alert(1)", "/home"), ("/a\\b", "/home"),
    ],
)
def test_only_paths_of_this_site_are_gone_back_to(url: str | None, expected: str) -> None:
    """What came in a URL or a form never leads away."""
    assert local_path(url, "/home") == expected


def test_language_and_theme_of_somebody_anonymous(app: flask.Flask, desk: Desk) -> None:
    """The browser's language first, then what he chose, kept in the signed cookie; each template in its own words."""
    folder = desk.folder / "locale"
    (folder / "zh_CN" / "LC_MESSAGES").mkdir(parents=True)
    (folder / "zh_CN" / "LC_MESSAGES" / "desk.po").write_text('msgid "Notes"\nmsgstr "便笺"\n', encoding="utf-8")
    register_domain("desk", folder)
    client = app.test_client()
    assert client.get("/desk/where").text.startswith("zh_CN auto 便笺")
    english = {"Accept-Language": "fr,en-GB;q=0.8"}
    answer = client.get("/desk/where", headers=english).text
    assert answer.startswith("en auto Notes")
    form = {"csrf_token": answer.split()[-1], "locale": "zh_CN", "theme": "dark", "next": "/desk/where"}
    assert client.post("/desk/language", data=form, headers=english).headers["Location"] == "/desk/where"
    assert client.get("/desk/where", headers=english).text.startswith("zh_CN dark 便笺")
    assert '<html lang="zh-CN" data-bs-theme="dark">' in client.get("/nothing", headers=english).text
    client.post("/desk/language", data={**form, "locale": "xx", "theme": "pink"}, headers=english)
    assert client.get("/desk/where", headers=english).text.startswith("zh_CN dark")


def test_words_keep_markup_given_to_them(app: flask.Flask) -> None:
    """Markup among the parameters stays, everything else is escaped; a missing value is an error when printed."""
    show = app.jinja_env.from_string
    with app.test_request_context("/"):
        assert show('{{ _("See {link} & {name}", link="<b>x</b>"|safe, name="<i>") }}').render() in (
            "See <b>x</b> &amp; &lt;i&gt;",
        )
        assert show("{% if nothing %}a{% else %}b{% endif %}").render() == "b"
        with pytest.raises(Exception, match="'nothing' is undefined"):
            show("{{ nothing }}").render()
        with pytest.raises(Exception, match="'nothing' is undefined"):
            show("{% for x in nothing %}{% endfor %}").render()


def test_each_template_speaks_the_words_of_its_folder() -> None:
    """Also when it extends or includes another one: that is decided when it is compiled."""
    assert rendering.domain_of("payroll/run.html") == "payroll"
    assert rendering.domain_of("base.html") == "web"
    assert rendering.domain_of("errors/404.html") == "web"
    assert rendering.domain_of("web/ui/form.html") == "web"
    assert rendering.domain_of(None) == "web"

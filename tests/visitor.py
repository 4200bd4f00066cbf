"""Somebody with a browser that runs no script: signs in, gets pages, posts their forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

#: The password of the accounts that tests make themselves.
PASSWORD = "correct horse 1"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def token(response: TestResponse) -> str:
    """The form token a page brings."""
    found = _TOKEN.search(response.text)
    assert found, response.text[:400]
    return found.group(1)


def sign_in(app: Flask, login: str, password: str = PASSWORD) -> FlaskClient:
    """A client that is signed in through the form."""
    client = app.test_client()
    form = client.get("/sign-in")
    answer = client.post("/sign-in", data={"login": login, "password": password, "csrf_token": token(form)})
    assert answer.status_code == 303, answer.text[:400]
    return client


@dataclass
class Visitor:
    """A client that follows where it is sent and keeps the form token of the last page."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str) -> TestResponse:
        """A page; keeps the form token it brings."""
        response = self.client.get(path, follow_redirects=True)
        found = _TOKEN.search(response.text)
        if found:
            self.token = found[1]
        return response

    def post(self, path: str, **fields: str) -> TestResponse:
        """A plain form, as a browser without JavaScript posts it."""
        return self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=True)

    def text(self, path: str) -> str:
        """The words of a page, without markup."""
        return words(self.get(path))


def words(response: TestResponse) -> str:
    """What a reader reads on a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def visitor(app: Flask, login: str, password: str = PASSWORD) -> Visitor:
    """Somebody signed in who has his form token."""
    made = Visitor(sign_in(app, login, password))
    made.get("/account")
    return made

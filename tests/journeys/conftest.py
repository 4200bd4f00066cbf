"""People signed in to the demo company."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.demo import story


@dataclass
class Visitor:
    """Somebody with a browser: gets pages, posts forms with their token."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str) -> TestResponse:
        """A page; keeps the form token it brings."""
        response = self.client.get(path, follow_redirects=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
        if found:
            self.token = found[1]
        return response

    def post(self, path: str, **fields: str) -> TestResponse:
        """A plain form, as a browser without JavaScript posts it."""
        return self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=True)

    def text(self, path: str) -> str:
        """The words of a page, without markup."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.get(path).text))


@pytest.fixture
def visit(company: Flask) -> Callable[[str], Visitor]:
    """``visit("chenjing")`` signs that account in; ``visit("")`` stays a stranger."""

    def come(login: str) -> Visitor:
        visitor = Visitor(company.test_client())
        if login:
            account = next(one for one in story.ACCOUNTS if one.login == login)
            visitor.get("/sign-in")
            response = visitor.post("/sign-in", login=login, password=account.password)
            assert response.status_code == 200, response.text[:300]
        return visitor

    return come

"""People signed in to the demo company."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core.demo import story
from tests.visitor import Visitor


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

"""Leads a second through the interface for programs, on one worker: in batches and one by one.

Each answer leaves after its transaction is kept; what follows a lead that arrives is done before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, demo
from core.app import create_app
from core.identity import services as identity
from core.identity.models import Account
from core.kernel.house import House

SIZE = 6_000
BATCH = 500
SINGLES = 10
TARGET = 300.0
_PREFIXES = {"warm": 3, "bulk": 5, "single": 7}


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Both figures beside the target of 300 a second."""
    with demo(database_url) as house:
        client, head = create_app(house=house).test_client(), _token(house)
        _batch(client, head, "warm", 0, 20)
        began = time.perf_counter()
        for start in range(0, size, BATCH):
            _batch(client, head, "bulk", start, min(BATCH, size - start))
        yield Figure("leads.per_second_in_batches", round(size / (time.perf_counter() - began), 1), "1/s", TARGET)
        singles = max(size // SINGLES, 1)
        began = time.perf_counter()
        for number in range(singles):
            _batch(client, head, "single", number, 1)
        yield Figure("leads.per_second_one_by_one", round(singles / (time.perf_counter() - began), 1), "1/s", TARGET)


def _batch(client: FlaskClient, head: dict[str, str], name: str, start: int, count: int) -> None:
    leads = [_lead(name, number) for number in range(start, start + count)]
    answer = client.post("/api/v1/crm/leads/batch", headers=head, json={"leads": leads, "source": name})
    outcomes = [one["outcome"] for one in answer.get_json()["items"]]
    if outcomes != ["new"] * count:
        raise RuntimeError(f"of {count} leads {outcomes.count('new')} were new")


def _lead(name: str, number: int) -> dict[str, Any]:
    return {
        "channel": ("wechat-ads", "zhihu", "fair", "referral")[number % 4], "company": f"{name}客户{number}号有限公司",
        "contact": f"联系人{number}", "phone": f"1{_PREFIXES[name]}{number:09}", "email": f"{name}{number}@c.example",
        "industry": ("internet", "manufacturing", "education")[number % 3], "staff": 1 + number % 400,
        "external_id": f"{name}-{number}",
    }  # fmt: skip


def _token(house: House) -> dict[str, str]:
    with house.session(SYSTEM, write=True) as session:
        account = session.scalars(select(Account).where(Account.login == "linan")).one()
        actor = identity.actor_of(account)
        _row, token = identity.create_token(session, actor, name="bench", scopes=("crm.lead:capture",))
    return {"Authorization": f"Bearer {token}"}

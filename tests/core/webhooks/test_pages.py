"""Webhooks on pages, for programs and on the command line, in the demo company."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select

from core.base.actor import Actor
from core.cli.root import remit
from core.identity import services as identity
from core.identity.models import Account
from core.jobs.pool import Pool
from core.web import ports
from core.webhooks import endpoints, sending, subscriptions
from core.webhooks.models import Webhook, WebhookDelivery, WebhookEndpoint
from tests.core.webhooks.receiver import Receiver, answers
from tests.visitor import Visitor, sign_in, words

SYSTEM = Actor.system("tests")


def visitor(company: Flask, login: str) -> Visitor:
    return Visitor(sign_in(company, login, f"lingke-{login}-2026"))


@pytest.fixture(autouse=True)
def alone(company: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The company may reach this machine, and has no webhooks before and after."""
    house = ports.of(company).house
    object.__setattr__(house.config, "webhook_allow", ("127.0.0.1",))
    monkeypatch.setattr(sending, "WAITS", ())
    yield
    object.__setattr__(house.config, "webhook_allow", ())
    with house.session(SYSTEM, write=True) as session:
        for one in session.scalars(select(Webhook)).all():
            subscriptions.remove(session, SYSTEM, one)
        for other in session.scalars(select(WebhookEndpoint)).all():
            endpoints.remove(session, SYSTEM, other)
        session.execute(delete(WebhookDelivery))


def run(company: Flask) -> None:
    Pool(ports.of(company).house, threads=0).run_waiting()


def made(hr: Visitor, url: str) -> tuple[int, str]:
    """A subscription made through the form: its number and its secret, as the page shows it."""
    hr.get("/admin/webhooks/new")
    shown = hr.post("/admin/webhooks/new", name="ERP", url=url, events="attendance.*")
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.text)
    number = re.search(r"/admin/webhooks/(\d+)/ping", shown.text)
    assert secret
    assert number
    return int(number[1]), secret[0]


def test_from_the_form_to_the_log(company: Flask, receiver: Receiver) -> None:
    hr = visitor(company, "wangfang")
    assert "暂无 Webhook" in hr.text("/admin/webhooks")
    number, secret = made(hr, receiver.url)
    page = f"/admin/webhooks/{number}"
    assert secret not in hr.get(page).text, "shown once"
    receiver.behave = answers(500, b"<script>alert(1)</script>")
    hr.post(f"{page}/ping")
    run(company)
    log = hr.get(page)
    assert "对方返回 500。" in words(log)
    found = re.search(rf'"({page}/deliveries/\d+)"', log.text)
    assert found
    delivery = hr.get(found[1])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in delivery.text
    assert "<script>alert" not in delivery.text
    receiver.behave = answers(200)
    assert "正在以相同编号重新投递" in words(hr.post(f"{found[1]}/redeliver"))
    run(company)
    assert "已送达" in hr.text(page)
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
    assert "已停止投递" in words(hr.post(f"{page}/pause"))
    assert "正在补发 0 条" in words(hr.post(f"{page}/resume", missed="1"))
    changed = hr.post(f"{page}/secret", hours="24")
    assert len(re.findall(r"whsec_[A-Za-z0-9+/=]+", changed.text)) == 1
    assert "之前同时签名" in words(changed)
    assert "旧密钥已停用" in words(hr.post(f"{page}/end-old-secret"))
    assert hr.post(f"{page}/secret", hours="5").status_code == 422
    assert "正在重新投递 0 条" in words(hr.post(f"{page}/redeliver", since="2026-11-01"))
    assert hr.post(f"{page}/redeliver", since="soon").status_code == 422
    assert "已修改" in words(hr.post(f"{page}/edit", name="SAP", url=receiver.url, events="*", filter="month > 202610"))
    assert "month &gt; 202610" in hr.get(page).text
    assert "已删除" in words(hr.post(f"{page}/delete"))
    assert hr.get(page).status_code == 404


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("url", "https://10.0.0.1/", "位于内部网络"), ("url", "http://example.com/", "须以 https:// 开头"),
    ("filter", "month ==", "/month|公式|第/"), ("name", "", "必填"), ("events", "gone.event", "请从现有事件中选择"),
])  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(company: Flask, field: str, value: str, sentence: str) -> None:
    hr = visitor(company, "wangfang")
    hr.get("/admin/webhooks/new")
    good = {"name": "ERP", "url": "https://example.com/hook", "events": "attendance.month_closed", "filter": ""}
    answer = hr.post("/admin/webhooks/new", **{**good, field: value})
    assert answer.status_code == 422
    beside = re.search(rf'id="f-{field}-e">(.*?)</p>', answer.text, re.DOTALL)
    assert beside
    wanted = sentence.strip("/") if sentence.startswith("/") else re.escape(sentence)
    assert re.search(wanted, beside[1]), beside[1]
    assert "暂无 Webhook" in hr.text("/admin/webhooks")


def test_an_address_that_receives(company: Flask) -> None:
    hr = visitor(company, "wangfang")
    hr.get("/admin/webhooks/incoming/new")
    shown = hr.post("/admin/webhooks/incoming/new", name="一号门", kind="attendance.punches", secret="")
    assert "whsec_" in shown.text
    path = re.search(r"/hooks/[A-Za-z0-9_-]+", shown.text)
    number = re.search(r"/admin/webhooks/incoming/(\d+)/switch", shown.text)
    assert path
    assert number
    assert company.test_client().post(path[0], data=b"{}").status_code == 401
    page = f"/admin/webhooks/incoming/{number[1]}"
    assert "缺少签名请求头" in hr.text(page)
    hr.post(f"{page}/switch", on="0")
    assert company.test_client().post(path[0], data=b"{}").status_code == 404
    assert hr.post("/admin/webhooks/incoming/new", name="x", kind="gone.kind").status_code == 422
    assert "已删除" in words(hr.post(f"{page}/delete"))


@pytest.mark.parametrize("path", [
    "/admin/webhooks", "/admin/webhooks/1", "/admin/webhooks/new", "/admin/webhooks/incoming",
    "/admin/webhooks/incoming/new",
])  # fmt: skip
def test_nobody_else_sees_them(company: Flask, path: str) -> None:
    employee = visitor(company, "chenjing")
    assert employee.get(path).status_code == 403
    employee.get("/account")
    assert employee.post("/admin/webhooks/1/ping").status_code == 403
    assert employee.post("/admin/webhooks/incoming/1/secret", hours="0").status_code == 403


def test_programs(company: Flask, receiver: Receiver) -> None:
    house = ports.of(company).house
    with house.session(SYSTEM, write=True) as session:
        account = session.scalars(select(Account).where(Account.login == "wangfang")).one()
        actor = identity.actor_of(account)
        scopes = [key for key in house.registry.actions if key.startswith("webhooks.")]
        _row, token = identity.create_token(session, actor, name="trial", scopes=scopes)
    client, head = company.test_client(), {"Authorization": f"Bearer {token}"}
    root = "/api/v1/webhooks"
    made = client.post(
        f"{root}/subscriptions", headers=head,
        json={"name": "ERP", "url": receiver.url, "events": ["attendance.month_closed"], "filter": "groups > 1"},
    )
    assert made.status_code == 201, made.text
    assert made.json
    one = f"{root}/subscriptions/{made.json['id']}"
    assert made.json["secret"].startswith("whsec_")
    read = client.get(one, headers=head).json
    assert read
    assert (read["state"], "secret" in read) == ("active", False)
    assert client.post(f"{one}/ping", headers=head).status_code == 202
    run(company)
    log = client.get(f"{one}/deliveries?state=done", headers=head).json
    assert log
    assert [(row["event"], row["status"]) for row in log["items"]] == [("webhooks.ping", 204)]
    again = client.post(f"{one}/deliveries/{log['items'][0]['id']}/redeliver", headers=head)
    assert again.status_code == 202
    since = client.post(f"{one}/redeliver", headers=head, json={"since": "2026-11-01T00:00:00+08:00"})
    assert since.json == {"count": 0}
    assert client.post(f"{one}/secret", headers=head, json={"overlap_hours": 2}).status_code == 201
    paused = client.post(f"{one}/pause", headers=head).json
    assert paused
    assert (paused["state"], bool(paused["why_paused"])) == ("paused", True)
    assert client.post(f"{one}/resume", headers=head, json={}).json == {"count": 0}, "a test is not kept"
    wrong = client.put(one, headers=head, json={"name": "ERP", "url": "https://127.1/", "events": ["*"]})
    assert (wrong.status_code, wrong.json and list(wrong.json["errors"])) == (422, ["url"])
    assert client.delete(one, headers=head).status_code == 204
    assert client.get(one, headers=head).status_code == 404
    endpoint = client.post(
        f"{root}/endpoints", headers=head, json={"name": "一号门", "kind": "attendance.punches"}
    ).json
    assert endpoint
    assert endpoint["path"].startswith("/hooks/")
    listed = client.get(f"{root}/endpoints", headers=head).json
    assert listed
    assert "secret" not in listed["items"][0]
    assert client.get(f"{root}/subscriptions").status_code == 401


def test_the_command_line(company: Flask, receiver: Receiver) -> None:
    house = ports.of(company).house
    hr = visitor(company, "wangfang")
    number, _secret = made(hr, receiver.url)

    def call(*told: str, login: str = "wangfang") -> tuple[int, str]:
        done = CliRunner().invoke(remit, ["webhooks", *told, "--as", login], obj=house)
        return done.exit_code, done.output

    code, listed = call("list", "--json")
    assert (code, [one["name"] for one in json.loads(listed)]) == (0, ["ERP"])
    code, said = call("test", str(number), "--wait", "0")
    assert code == 0, said
    run(company)
    assert len(receiver.got) == 1
    row = json.loads(call("list", "--json")[1])[0]
    assert row["waiting"] == 0
    with house.session(SYSTEM) as session:
        made_row = session.scalars(select(WebhookDelivery.id)).one()
    assert call("redeliver", str(number), "--delivery", str(made_row))[0] == 0
    run(company)
    assert len(receiver.got) == 2
    assert call("redeliver", str(number), "--since", "2026-11-01")[0] == 0
    assert call("redeliver", str(number))[0] == 2
    assert call("list", login="chenjing")[0] == 3

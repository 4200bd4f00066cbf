"""This module's part of the demo company: an agency sends leads in its own words, and a platform is to be told of ours.

Of what the agency sent, nothing could be mapped yet: a word nobody had told of, and two phone numbers at once.
"""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm_webhook.services import incoming, mappings, outgoing
from plugins.crm_webhook.services.work import desk_of
from plugins.crm_webhook.text import IN, OUT
from remit.base import DomainError
from remit.demo import Demo, acting
from remit.models import Unit
from remit.webhooks import create_endpoint, deliver, unknown_host

HOST = "crm.agency.example"
RULES_IN = """
company = $.data.company
contact = $.data.contacts[0].name
phone = $.data.contacts[0].mobile
channel = "referral"
external_id = $.data.id
state = $.data.stage {新线索: new, 跟进中: working, 成交: won, 流失: lost}
reason = $.data.why {价格: price, *: competitor}
amount = $.data.value
"""
RULES_OUT = """
lead.number = $.id
lead.company = $.company
lead.stage = $.state {new: 新线索, working: 跟进中, won: 成交, lost: 流失, *: 其他}
lead.owner = $.owner
lead.changed = $.changed_at
"""
#: The numbers of two deliveries, and what they say.
SENT = (
    ("agency-20261120-0007", {"data": {
        "id": "A-1093", "company": "锦程物流（苏州）有限公司", "stage": "试用中",
        "contacts": [{"name": "顾晨", "mobile": "13900020001"}],
    }}),
    ("agency-20261120-0011", {"data": {
        "id": "A-1097", "company": "明德职业培训学校", "stage": "新线索",
        "contacts": [{"name": "苏瑶", "mobile": ["13900020002", "13900020003"]}],
    }}),
)  # fmt: skip


def give_demo(session: Session, demo: Demo) -> None:
    """The address is made by personnel, the mappings by the director of marketing; a company without either, or
    without leads, gets none of it.
    """
    keeper, director = demo.actors.get("wangfang"), demo.actors.get("linan")
    if keeper is None or director is None or not _keeps_leads(session):
        return
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    with acting(session, keeper):
        endpoint, _secret = create_endpoint(session, keeper, kind=incoming.KIND, name="代理商 CRM")
    common = {"unit_id": unit_id, "is_on": True, "secret": "", "url": "", "endpoint_id": None}
    with acting(session, director):
        mappings.save(session, director, None, {
            **common, "title": "代理商 CRM", "way": IN, "endpoint_id": endpoint.id, "rules": RULES_IN})
        told = mappings.save(session, director, None, {
            **common, "title": "代理商 CRM 回传", "way": OUT, "url": f"https://{HOST}/hooks/remit", "rules": RULES_OUT,
            "secret": "lingke-agency-2026",
        })  # fmt: skip
    for key, body in SENT:
        deliver(session, endpoint, key, json.dumps(body, ensure_ascii=False))
    # Names that end in .example belong to nobody, so that any try comes to just this.
    outgoing.missed(session, told.id, unknown_host(HOST))


def _keeps_leads(session: Session) -> bool:
    try:
        words = desk_of(session).words(session)
    except DomainError:
        return False
    return bool(words.channels and words.reasons)

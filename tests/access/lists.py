"""The organisation and the published lists of the matrix, as text: what the tests expect is read from here."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from tests.access import bridging_lists, performing_lists

#: Unit -> unit above and, where a company begins, its code.
UNITS = {
    "LK": ("", "LK"), "SAL": ("LK", ""), "FOL": ("SAL", ""), "CARE": ("SAL", ""), "HRD": ("LK", ""), "FIN": ("LK", ""),
    "IT": ("LK", ""), "BJ": ("", "BJ"),
}  # fmt: skip
#: Position -> its unit and the position it reports to.
POSTS = {
    "CEO": ("LK", ""), "FOL-HEAD": ("FOL", "CEO"), "FOL-REP": ("FOL", "FOL-HEAD"), "CARE-HEAD": ("CARE", "CEO"),
    "CARE-REP": ("CARE", "CARE-HEAD"), "HR-DIR": ("HRD", "CEO"), "HR-CLERK": ("HRD", "HR-DIR"),
    "HR-PAY": ("HRD", "HR-DIR"), "FIN-ACC": ("FIN", "CEO"), "IT-ADM": ("IT", "CEO"), "BJ-REP": ("BJ", ""),
}  # fmt: skip

OF_A_GROUP = (
    "person.record:read", "attendance.day:read", "documents.document:read", "letters.letter:read", "crm.spend:read",
    "authority.delegation:read", "crm.campaign:read", "crm.budget:read", "attendance.leave:read",
    "attendance.balance:read", "attendance.away:read", "personnel.change:read", "personnel.change:request",
    "personnel.change:release", "personnel.change:receive", "attendance.overtime:read", "attendance.correction:read",
    "expense.claim:read", "expense.advance:read", "expense.budget:read", "expense.budget:edit",
    "payroll.salary_change:read", "payroll.salary_change:request", "payroll.salary_change:tell",
    *performing_lists.OF_A_GROUP,
)  # fmt: skip
#: What HR does without seeing pay, numbers or files.
OF_CLERKS = (
    "person.record:read", "person.record:export", "documents.document:read", "documents.document:export",
    "letters.letter:read", "attendance.day:read", "documents.missing:read", "attendance.leave:read",
    "attendance.balance:read", "attendance.overtime:read", "attendance.correction:read",
)  # fmt: skip
OF_HR = (
    *OF_CLERKS, "person.record:import", "org.unit:import", "org.structure:change", "person.record:change",
    "person.identity:reveal", "person.bank:reveal", "attendance.punch:import", "attendance.punch:read",
    "attendance.absence:record", "attendance.month:close", "attendance.month:reopen", "documents.document:open",
    "documents.document:change", "documents.document:hold", "documents.document:import", "letters.letter:issue",
    "letters.letter:revoke", "payroll.letter:issue", "payroll.run:read", "payroll.run:review", "payroll.run:publish",
    "payroll.slip:read", "payroll.slip:reveal", "payroll.salary:read", "authority.delegation:read",
    "payroll.salary_change:read", "payroll.salary_change:request", "payroll.salary_change:approve",
    "payroll.salary_change:tell",
    "authority.delegation:revoke", "payroll.export:bank", "payroll.export:tax", "attendance.balance:change",
    "attendance.balance:import", "attendance.leave_type:change", "attendance.away:read", "personnel.change:read",
    "personnel.change:request", "personnel.change:approve",
    "attendance.rules:change", "workflow.partner:answer", "workflow.submission:read",
    "attendance.overtime:export", *performing_lists.OF_HR,
)  # fmt: skip
OF_PAYROLL = (
    "person.record:read", "attendance.day:read", "attendance.punch:read", "payroll.salary:read",
    "payroll.salary:import",
    "payroll.opening:import", "payroll.deduction:import", "payroll.run:read", "payroll.run:calculate",
    "payroll.run:lock", "payroll.slip:read", "payroll.slip:reveal", "payroll.export:tax",
)  # fmt: skip
OF_ACCOUNTANTS = (
    "payroll.run:read", "payroll.run:approve", "payroll.run:pay", "payroll.slip:read", "expense.claim:read",
    "expense.advance:read", "expense.payment:read", "expense.payment:make", "expense.payment:confirm",
    *performing_lists.OF_ACCOUNTANTS,
)  # fmt: skip
OF_ADMINISTRATORS = (
    "identity.account:create", "identity.account:manage", "admin.module:read", "admin.module:switch", "jobs.job:read",
    "jobs.job:manage", "events.event:read", "events.event:manage", "letters.template:change", "numbers.pattern:change",
    "notify.delivery:read", "notify.delivery:manage", "webhooks.subscription:read", "webhooks.subscription:manage",
    "webhooks.endpoint:read", "webhooks.endpoint:manage", "files.file:manage", "authority.coverage:read",
    "authority.coverage:accept", "authority.list:import", "authority.list:publish",
    "authority.separation:mitigate", "audit.log:read",
    "workflow.definition:edit", "workflow.definition:publish", "workflow.run:read",
)  # fmt: skip
OF_EVERYBODY = (
    "person.record:read", "attendance.punch:read", "attendance.day:read", "payroll.slip:read", "payroll.slip:reveal",
    "letters.letter:issue", "letters.letter:read", "documents.document:read", "authority.delegation:give",
    "authority.delegation:read", "authority.delegation:revoke", "crm.spend:request", "crm.spend:read",
    "documents.document:open", "attendance.leave:request", "attendance.leave:read", "attendance.balance:read",
    "personnel.change:read", "personnel.change:request",
    "attendance.overtime:request", "attendance.overtime:read", "attendance.correction:request",
    "attendance.correction:read", "attendance.punch:make", "workflow.submission:request", "workflow.submission:read",
    "expense.claim:request", "expense.claim:read", "expense.advance:request", "expense.advance:read",
    "payroll.salary_change:read", "crm.lead:read", "crm.lead:work", "crm.lead:reveal", "crm.deal:read", "crm.deal:work",
    "crm.customer:read", "crm.customer:work", "crm.discount:read", "crm.discount:request",
    "crm.budget_transfer:read", "crm.budget_transfer:request",
    *performing_lists.OF_EVERYBODY,
)  # fmt: skip
#: What a head may about the standard, the rules about leads and what is disputed.
OF_LEADS = (
    "crm.standard:read", "crm.standard:draft", "crm.rules:read", "crm.rules:publish", "crm.rep:read", "crm.rep:edit",
    "crm.lead:read", "crm.lead:work", "crm.lead:assign", "crm.dispute:read", "crm.dispute:speak",
)  # fmt: skip
#: List -> position, or "" for everybody -> scope -> actions.
GRANTS: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "-": {"": {"self": OF_EVERYBODY, "all": ("org.chart:read", "authority.list:read")}},
    "FOL": {"FOL-HEAD": {"subtree(FOL)": (*OF_A_GROUP, *OF_LEADS, *bridging_lists.OF_A_GROUP,
                                          "crm.budget:edit", "crm.campaign:edit", "crm.spend:approve",
                                          "crm.budget_transfer:approve",
                                          "crm.guard:read", "crm.guard:set", "crm.guard:settle", "crm.channel:read",
                                          "crm.channel:edit", "crm.lead:capture", "crm.exposure:read",
                                          "crm.exposure:edit",
                                          "attendance.leave:approve", "attendance.overtime:approve",
                                          "attendance.correction:approve", "expense.claim:approve",
                                          "expense.advance:approve", "crm.lead:read", "crm.lead:assign",
                                          "crm.deal:read", "crm.customer:read", "crm.follow_rule:edit")}},
    "CARE": {"CARE-HEAD": {"subtree(CARE)": (*OF_A_GROUP, "crm.budget:edit", "crm.campaign:edit")}},
    "HRD": {
        "HR-DIR": {"company": OF_HR}, "HR-CLERK": {"company": OF_CLERKS},
        "HR-PAY": {"company": OF_PAYROLL},
    },
    "FIN": {"FIN-ACC": {"company": OF_ACCOUNTANTS}},
    "IT": {"IT-ADM": {"all": OF_ADMINISTRATORS}},
}  # fmt: skip


def entries() -> Iterator[tuple[str, str, str]]:
    """Position (empty for everybody), scope and action of each line."""
    for posts in GRANTS.values():
        for post, scopes in posts.items():
            for scope, actions in scopes.items():
                yield from ((post, scope, action) for action in actions)


def _text(code: str, posts: dict[str, dict[str, tuple[str, ...]]]) -> str:
    found: dict[str, object] = {"list": code, "version": 2 if code == "-" else 1, "effective_from": "2025-01-01"}
    for post, scopes in posts.items():
        lines: dict[str, object] = {}
        for scope, actions in scopes.items():
            for action in actions:
                title = {"zh": action, "en": action}
                lines[f"{'E' if not post else 'A'}{len(lines) + 1}"] = {"can": action, "in": scope, "title": title}
        if post:
            found.setdefault("positions", {})[post] = {"authority": lines}  # type: ignore[index]
        else:
            found["everybody"] = {"authority": lines}
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False)


LISTS = [_text(code, posts) for code, posts in GRANTS.items()]

#: Scope -> whose things it reaches, seen by somebody of the first company.
_REACHES = {
    "self": (), "subtree(FOL)": ("own", "same"), "subtree(CARE)": ("sibling",),
    "company": ("own", "same", "sibling"), "all": ("own", "same", "sibling", "other"),
}  # fmt: skip
_OWN = {"employee": "own", "other company": "other"}
_POST = {
    "employee": "FOL-REP", "head": "FOL-HEAD", "sibling head": "CARE-HEAD", "HR clerk": "HR-CLERK",
    "HR director": "HR-DIR", "payroll": "HR-PAY", "accountant": "FIN-ACC", "administrator": "IT-ADM",
    "other company": "BJ-REP",
}  # fmt: skip


def holds(persona: str, action: str) -> bool:
    """Whether the lists give somebody an action under whatever scope; read from the text, not from the engine."""
    return any(post in ("", _POST.get(persona, "?")) and key == action for post, _scope, key in entries())


def reach(persona: str, action: str) -> set[str]:
    """Whose things the lists let somebody do this to."""
    found: set[str] = set()
    for post, scope, key in entries():
        if key != action or post not in ("", _POST[persona]):
            continue
        found |= set(_REACHES[scope])
        if scope == "self" and persona in _OWN:
            found.add(_OWN[persona])
    return found


def opens(persona: str, action: str, post: str, *, himself: bool) -> bool:
    """Whether the lists let somebody do this to a person who holds a post; ``himself`` where that is his own."""
    unit = POSTS[post][0]
    for held, scope, key in entries():
        if key != action or held not in ("", _POST[persona]):
            continue
        if scope == "all" or (scope == "self" and himself) or scope == f"subtree({unit})":
            return True
        if scope == "company" and (unit == "BJ") == (_POST[persona] == "BJ-REP"):
            return True
    return False

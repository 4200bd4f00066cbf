"""A definition changed one step at a time, as its page does: what a form of a step says, and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.workflow.processes import definition
from core.workflow.processes.definition import ALWAYS

_ = catalogue("workflow")

#: Whom a step can ask, as its form offers it.
ASKED = {
    "lists": _("Whoever the authority lists name"), "superior": _("Superior of whoever asks"),
    "unit_head": _("Head of the unit"), "owner": _("Whom the record is about"), "hr_partner": _("HR partner"),
    "position": _("Holders of posts, by code"), "person": _("A person, by id"),
    "action": _("Another action of the lists"),
    "body": _("A body with a quorum: codes of posts"),
}  # fmt: skip
NEEDS = {"all": _("All of them"), "any": _("Any of them"), "number": _("So many of them")}


def values_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step as its form shows it."""
    by = step.get("by") or step.get("to")
    asks = by if isinstance(by, list) else [by] if by else []
    within = step.get("within") or {}
    need = step.get("need", "all")
    kind, value, level, quorum = _ask_of(asks)
    return {
        "key": step.get("key", ""), "type": step.get("type", "decide"), "title": step.get("title") or {},
        "when": step.get("when", ""), "asked": kind, "asked_value": value, "level": level,
        "need": need if need in ("all", "any") else "number",
        "need_count": quorum or (need if isinstance(need, int) else None), "in_turn": step.get("order") == "in_turn",
        "days": within.get("days"), "remind": within.get("remind"), "passes_on": within.get("then") == "pass",
        "allow": step.get("allow", sorted(ALWAYS)), "next": step.get("next", ""),
        "otherwise": step.get("otherwise", ""), "detail": _detail_of(step),
        "task": step.get("task") or {},
    }  # fmt: skip


def _ask_of(asks: list[Mapping[str, Any]]) -> tuple[str, str, int, int | None]:
    if not asks:
        return "lists", "", 1, None
    first = asks[0]
    if "body" in first:
        return "body", ", ".join(first["body"]), 1, first.get("quorum")
    if "relation" in first:
        return first["relation"], "", first.get("level", 1), None
    for name in ("position", "person", "action"):
        if name in first:
            value = ", ".join(str(one.get(name, "")) for one in asks)
            return ("lists" if name == "action" and not value else name), value, 1, None
    return "lists", "", 1, None


def _detail_of(step: Mapping[str, Any]) -> str:
    """What belongs to one type of step alone, in one line."""
    if step.get("type") == "set":
        return f"{step.get('field', '')} = {step.get('value', '')}"
    return str(step.get("tag") or step.get("until") or step.get("days") or step.get("process") or "")


def step_of(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A step from its form; what the form does not show stays as it was ``before``. Raises ``DomainError`` with the
    field.
    """
    step: dict[str, Any] = {
        "key": values["key"], "type": values["type"], "title": {k: v for k, v in values["title"].items() if v},
    }
    for name in ("when", "next", "otherwise"):
        if values[name]:
            step[name] = values[name]
    if values["type"] in definition.HUMAN or values["type"] == "notify":
        _asks(step, values)
        step["allow"] = sorted(values["allow"])
    if values["days"]:
        step["within"] = {
            "days": values["days"], "remind": values["remind"] or 0,
            "then": "pass" if values["passes_on"] else "tell",
        }
    if values["type"] == "assign":
        step["task"] = {locale: text for locale, text in values["task"].items() if text}
    _details(step, values["type"], values["detail"].strip(), before)
    return step


def _asks(step: dict[str, Any], values: Mapping[str, Any]) -> None:
    kind, named = values["asked"], [part.strip() for part in values["asked_value"].split(",") if part.strip()]
    if kind in definition.RELATIONS:
        step["by"] = {"relation": kind, **({"level": values["level"]} if values["level"] != 1 else {})}
    elif kind == "body":
        step["by"] = {"body": named, "quorum": values["need_count"] or 1}
    elif kind in ("position", "action", "person"):
        if not named:
            raise DomainError("process.asked", _("Name whom it asks."), "asked_value")
        if kind == "person" and not all(part.isdigit() for part in named):
            raise DomainError("process.asked", _("A person is named by the number in the address of his page."),
                              "asked_value")  # fmt: skip
        asks = [{kind: int(part) if kind == "person" else part} for part in named]
        step["by"] = asks if len(asks) > 1 or step["type"] == "review" else asks[0]
    elif step["type"] != "decide":
        step["by"] = [{"action": ""}]
    if step["type"] == "review" and kind != "body":
        step["need"] = values["need_count"] or 1 if values["need"] == "number" else values["need"]
        step["order"] = "in_turn" if values["in_turn"] else "together"


def _details(step: dict[str, Any], type_: str, detail: str, before: Mapping[str, Any]) -> None:
    if type_ == "set":
        name, _equals, value = (part.strip() for part in detail.partition("="))
        step |= {"field": name, "value": value, "as": before.get("as", "count")}
    elif type_ == "tag":
        step["tag"] = detail
    elif type_ == "wait":
        step |= {"days": int(detail)} if detail.isdigit() else {"until": detail}
    elif type_ == "subprocess":
        step["process"] = detail
    elif type_ == "webhook":
        step["reply"] = before.get("reply", False)


def with_step(source: Mapping[str, Any], key: str, step: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with a step put in the place of the one called ``key``, or at the end for "".

    What led to a step that is called otherwise now leads to it under its new name.
    """
    steps = [dict(one) for one in source["steps"]]
    if not key:
        return {**source, "steps": [*steps, dict(step)]}
    at = _place(steps, key)
    steps[at] = dict(step)
    for one in steps:
        for name in ("next", "otherwise"):
            if one.get(name) == key:
                one[name] = step["key"]
    return {**source, "steps": steps}


def moved(source: Mapping[str, Any], key: str, by: int) -> dict[str, Any]:
    """A definition with a step one place further up (-1) or down (1); at the end it stays."""
    steps = list(source["steps"])
    at = _place(steps, key)
    to = min(max(at + by, 0), len(steps) - 1)
    steps.insert(to, steps.pop(at))
    return {**source, "steps": steps}


def without(source: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A definition without a step; what led to it goes on in order. Raises ``DomainError`` for the last one."""
    steps = [dict(one) for one in source["steps"]]
    if len(steps) == 1:
        raise DomainError("process.last", _("A process has at least one step."))
    del steps[_place(steps, key)]
    for one in steps:
        for name in ("next", "otherwise"):
            if one.get(name) == key:
                del one[name]
    return {**source, "steps": steps}


def _place(steps: list[Any], key: str) -> int:
    found = next((at for at, one in enumerate(steps) if one["key"] == key), None)
    if found is None:
        raise NotFound("process.no_step", _("There is no step {key}.", key=key))
    return found

"""Whether the program will keep to what an entry says; what it would not is refused before it is published.

An entry may name an action that no module here declares, because a list is older or newer than what is installed. It
then allows nothing, whoever reads it is told so, and its limits are taken as they are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from sqlalchemy import inspect

from core.authority.conditions import read
from core.authority.document import EntryDraft, KpiDraft, ListDraft, SeparationDraft
from core.authority.held import ANY_ACTION, matches
from core.authority.separation import overlap
from core.authority.wording import SCOPE_WORDS
from core.base.errors import DomainError, Problem
from core.base.text import Text, catalogue
from core.kernel.registry import Registry
from core.kernel.specs import ActionDef, ResourceType

_ = catalogue("authority")

#: Scopes that are about people and can never cover the whole installation.
OF_PEOPLE = ("self", "reports")

#: How an entry may be titled, by what its action is; the first is meant where the list names none.
WORDS = {"read": ("read",), "reveal": ("read",), "do": ("do", "decide"), "decide": ("decide",)}


def named(registry: Registry, pattern: str) -> list[ActionDef]:
    """The declared actions an entry's action names; none for those of modules that are not installed."""
    return [action for key, action in registry.actions.items() if matches(pattern, key)]


def is_asked(registry: Registry, on: frozenset[str], pattern: str) -> bool:
    """Whether the program asks about an action at all: some module that is on declares it."""
    return pattern == ANY_ACTION or any(matches(pattern, action.key) for action in registry.of("actions", on))


def titles(registry: Registry, patterns: Iterable[str]) -> list[Text | str]:
    """What actions are called; one that nothing declares, or that stands for several, is its key."""
    found = ((pattern, registry.actions.get(pattern)) for pattern in patterns)
    return [action.title if action is not None else pattern for pattern, action in found]


def power(registry: Registry, entry: EntryDraft) -> str:
    """The word for how an entry is used: its own, else that of its action."""
    found = named(registry, entry.action)
    return entry.power or (WORDS[found[0].power][0] if found else "decide")


def problems(registry: Registry, draft: ListDraft) -> list[Problem]:
    """What the entries of a list say that the program would not keep to, each with its place and what to do."""
    duties = {(duty.position, duty.code) for duty in draft.duties}
    serving: list[EntryDraft | KpiDraft] = [*draft.entries, *draft.kpis]
    return [
        Problem(message, column=f"{entry.position or 'everybody'}.{entry.code}", value=value, remedy=remedy)
        for entry in draft.entries
        for message, value, remedy in _problems_of(registry, entry)
    ] + [
        Problem(
            _("There is no duty {code} of this post in the list.", code=row.duty),
            column=f"{row.position or 'everybody'}.{row.code}", value=f"duty: {row.duty}",
            remedy=_("Write the duty into the list, or leave duty out."),
        )
        for row in serving if row.duty is not None and (row.position, row.duty) not in duties
    ] + [
        Problem(message, column=f"separation.{rule.code}.{rule.kind}", value=value, remedy=remedy)
        for rule in draft.separation for message, value, remedy in _problems_of_rule(registry, rule)
    ]


def _problems_of_rule(registry: Registry, rule: SeparationDraft) -> Iterator[tuple[Text, str, Text]]:
    """A rule is not shown as unknown like an entry: whoever relies on it must be able to."""
    resources: dict[str, str] = {}
    for one, other in combinations(rule.actions, 2):
        if overlap(one, other):
            yield (
                _("{one} and {other} can name the same action.", one=one, other=other), other,
                _("Name each action once."),
            )
    for pattern in rule.actions:
        actions = named(registry, pattern)
        if not actions:
            yield (
                _("No module here declares the action {action}; the rule would keep nothing apart.", action=pattern),
                pattern, _("Correct the key, or leave the rule out until the module is installed."),
            )
        if rule.kind not in ("same_object", "same_lineage", "relation"):
            continue
        for action in actions:
            resource = registry.resource_types.get(action.resource or "")
            if rule.kind == "relation":
                if resource is None:
                    yield (
                        _("“{title}” is about nobody in particular.", title=action.title), pattern,
                        _("Leave it out of the rule; nobody could step back from it."),
                    )
            elif resource is None or resource.acts is None:
                yield (
                    _("Nothing tells who did “{title}” on an object.", title=action.title), pattern,
                    _("Keep it apart with person_holds, or leave it out of the rule."),
                )
            else:
                resources.setdefault(resource.name, pattern)
    if rule.kind == "same_lineage" and resources and not any(registry.resource_types[one].parents for one in resources):
        yield (
            _("Nothing tells what these objects came from."), next(iter(resources.values())),
            _("Keep them apart with same_object or person_holds."),
        )
    if len(resources) > 1 and rule.kind == "same_object":
        yield (
            _("These actions are not about the same kind of object."), list(resources.values())[1],
            _("Write a rule for each kind of object, or keep them apart with person_holds."),
        )


def _problems_of(registry: Registry, entry: EntryDraft) -> Iterator[tuple[Text, str, Text]]:
    actions = named(registry, entry.action)
    of_the_whole = bool(actions) and all(one.resource is None for one in actions)
    if of_the_whole and entry.effect == "grant" and entry.scope in OF_PEOPLE:
        yield (
            _("“{title}” is about the whole organisation; given for “{scope}” it could never be used.",
              title=actions[0].title, scope=SCOPE_WORDS[entry.scope]),
            f"in: {entry.scope}", _("Write in: all, or in: company where there is one company."),
        )
    for action in actions:
        if entry.power and entry.power not in WORDS[action.power]:
            yield (
                _("“{title}” cannot be given as {power}: whoever holds it does it.", title=action.title,
                  power=entry.power),
                entry.power,
                _("Write power: {words}, or leave power out.", words=_or(WORDS[action.power])),
            )
        if entry.limit_minor is not None and not action.amount:
            yield _("“{title}” is about no amount.", title=action.title), "up_to", _("Leave up_to out.")
        if entry.cap_minor is not None and action.used is None:
            yield (
                _("Nothing counts what “{title}” comes to over a period.", title=action.title), "cap",
                _("Leave cap out; the program would not keep to it."),
            )
        yield from _split_of(action, entry)
        asked = {kind.action for kind in registry.task_kinds().values()}
        if entry.needs_second is not None and action.key not in asked:
            yield (
                _("Nothing asks several persons about “{title}”.", title=action.title),
                f"needs_second: {entry.needs_second}", _("Leave needs_second out; the program would not keep to it."),
            )
        yield from _conditions_of(registry, action, entry)


def _split_of(action: ActionDef, entry: EntryDraft) -> Iterator[tuple[Text, str, Text]]:
    if entry.split_by is None:
        return
    written = f"split_guard: {entry.split_by}"
    if action.siblings is None:
        yield (
            _("Nothing finds what belongs together of “{title}”.", title=action.title), written,
            _("Leave split_guard out; the program would not keep to it."),
        )
        return
    for name in entry.split_by.split("+"):
        if name not in action.alike:
            yield (
                _("“{title}” is not counted together by {name}.", title=action.title, name=name), written,
                _("Known are: {names}.", names=", ".join(action.alike)),
            )


def _conditions_of(registry: Registry, action: ActionDef, entry: EntryDraft) -> Iterator[tuple[Text, str, Text]]:
    attributes = registry.resource_types[action.resource].attributes if action.resource else {}
    known = _("Known are: {names}.", names=", ".join(attributes)) if attributes else _("Leave when out.")
    for name, text in (entry.conditions or {}).items():
        if name not in attributes:
            yield _("“{title}” knows no attribute {name}.", title=action.title, name=name), f"{name}: {text}", known
            continue
        try:
            read(attributes[name], text)
        except DomainError as error:
            yield (
                _("{name}: {problem}", name=name, problem=error.message), text,
                _("Write the values it may have, as in a decision table."),
            )
            continue
        if entry.effect == "prohibit" and not _always_there(registry.resource_types[action.resource or ""], name):
            yield (
                _("{name} may be missing, and a prohibition holds where it is not known.", name=name),
                f"{name}: {text}", _("Write the prohibition by what is always stated, or without when."),
            )


def _always_there(resource: ResourceType, name: str) -> bool:
    """Whether every record states an attribute, and the currency it is in."""
    attribute, mapper = resource.attributes[name], inspect(resource.model, raiseerr=False)
    return mapper is not None and all(
        column in mapper.columns and not mapper.columns[column].nullable
        for column in (attribute.column, attribute.currency) if column is not None
    )


def _or(words: Collection[str]) -> str:
    return " / ".join(words)

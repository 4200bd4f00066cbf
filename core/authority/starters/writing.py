"""A template as a file of an organisation: its codes put in, and above the list what has to be changed in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from core.authority.checks import is_asked
from core.authority.document import BoundaryDraft, EntryDraft, ExpectationDraft, ListDraft, format_list, parse
from core.authority.document.formatting import amount
from core.authority.starters.reading import MARK, Starter, StarterPost, StarterUnit
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.kernel.registry import Registry

_ = catalogue("authority")


def mapped(
    found: Starter, units: Mapping[str, str], posts: Mapping[str, str], day: date | None = None
) -> tuple[ListDraft, Starter]:
    """A template with the codes of an organisation, new by old, in force from ``day`` (its own day without one): the
    list, and the template with the units and posts named anew.

    Several units may become one, since a small organisation has fewer; two posts may not. Raises ``DomainError`` for
    codes the template does not know or that two posts would share, and ``InputErrors`` for what is no code.
    """
    _known(found, units, found.units)
    _known(found, posts, found.posts)
    post = {code: posts.get(code, code) for code in found.posts}
    twice = [code for code, times in Counter(post.values()).items() if times > 1]
    if twice:
        raise DomainError("list.template_codes", _("Two posts of the template would be {code}. Give each a code of its "
                                                   "own.", code=twice[0]))
    unit = {code: units.get(code, code) for code in found.units}
    draft = _renamed(found.draft, unit, post)
    draft = replace(draft, effective_from=day or draft.effective_from)
    parse(format_list(draft))  # refuses what is no code of a unit or position
    named = replace(
        found,
        units={unit[one.code]: StarterUnit(unit[one.code], one.title, unit[one.parent] if one.parent else None)
               for one in found.units.values()},
        posts={post[one.code]: replace(one, code=post[one.code], unit=unit[one.unit],
                                       reports_to=post[one.reports_to] if one.reports_to else None)
               for one in found.posts.values()},
    )
    return draft, named


def _known(found: Starter, given: Collection[str], known: Collection[str]) -> None:
    for code in given:
        if code not in known:
            raise DomainError("list.template_codes", _("The template {name} has no {code} to be named anew; it has: "
                                                       "{codes}.", name=found.name, code=code, codes=", ".join(known)))


def _renamed(draft: ListDraft, unit: Mapping[str, str], post: Mapping[str, str]) -> ListDraft:
    def entry(row: EntryDraft) -> EntryDraft:
        return replace(row, position=post[row.position] if row.position else None,
                       scope_unit=unit[row.scope_unit] if row.scope_unit else None)

    def boundary(row: BoundaryDraft) -> BoundaryDraft:
        lead = unit[row.lead]
        return replace(row, lead=lead, support=tuple(sorted({unit[one] for one in row.support} - {lead})))

    def expectation(row: ExpectationDraft) -> ExpectationDraft:
        names: dict[str, Mapping[str, str]] = {"unit": unit, "position": post, "requester": post}
        facts = {name: names[name].get(value, value) if name in names else value
                 for name, value in row.resource.items()}
        codes: Mapping[str, str] = unit if row.kind == "list" else post
        found = dict.fromkeys(codes.get(code, code) for code in row.found)
        return replace(row, post=post[row.post] if row.post else None, resource=facts,
                       found=tuple(found if row.kind == "route" else sorted(found)))

    def held(row: Any) -> Any:
        return replace(row, position=post[row.position] if row.position else None)

    return replace(
        draft, unit=unit[draft.unit] if draft.unit else None, duties=tuple(held(row) for row in draft.duties),
        entries=tuple(entry(row) for row in draft.entries), kpis=tuple(held(row) for row in draft.kpis),
        # What two units shared is no boundary any more where they are one.
        boundaries=tuple(one for one in map(boundary, draft.boundaries) if one.support),
        tests=tuple(expectation(row) for row in draft.tests),
    )


def as_file(draft: ListDraft, found: Starter, registry: Registry, on: frozenset[str]) -> str:
    """The list as canonical YAML; the lines above it say in the reader's language what it is and what to change."""
    return format_list(draft, head=[f"# {line}".rstrip() for line in _head(draft, found, registry, on)])


def _head(draft: ListDraft, found: Starter, registry: Registry, on: frozenset[str]) -> Iterator[str]:
    yield str(_("Template “{title}”: {about}", title=found.title, about=found.about))
    yield str(_("To change before it is published: version, first day, every basis that begins with {mark}, the "
                "targets, and these amounts, which are examples:", mark=MARK))
    for entry in draft.entries:
        said = [words for words in (_amount(entry.limit_minor, entry), _amount(entry.cap_minor, entry, "cap")) if words]
        if said:
            yield f"  {entry.position}.{entry.code}  {'  '.join(said)}"
    yield str(_("Units it names; import them first, or write the template with --unit CODE=CODE:"))
    for unit in found.units.values():
        yield f"  {unit.code}  {unit.title}"
    yield str(_("Positions it names; import them first, or write the template with --position CODE=CODE:"))
    for post in found.posts.values():
        yield f"  {post.code}  {post_words(post)}"
    idle = idle_actions(draft, registry, on)
    if idle:
        yield str(_("No module that is on asks about these actions; their entries allow nothing until one does:"))
        for action, cited in idle.items():
            yield f"  {action}  {', '.join(cited)}"


def post_words(post: StarterPost) -> str:
    """A post with its unit, headcount and grade, and whom it reports to."""
    told: list[Text | str] = [str(post.title), _("unit {code}", code=post.unit),
                              _("headcount quota {number}", number=post.headcount)]
    if post.grade:
        told.append(post.grade)
    if post.reports_to:
        told.append(_("reports to {code}", code=post.reports_to))
    return str(_("; ")).join(str(one) for one in told)


def idle_actions(draft: ListDraft, registry: Registry, on: frozenset[str]) -> dict[str, list[str]]:
    """The actions nothing that is on asks about, each with the entries that name it."""
    found: dict[str, list[str]] = {}
    for entry in draft.entries:
        if not is_asked(registry, on, entry.action):
            found.setdefault(entry.action, []).append(f"{entry.position or 'everybody'}.{entry.code}")
    return found


def _amount(minor: int | None, entry: EntryDraft, word: str = "up_to") -> str:
    if minor is None:
        return ""
    return f"{word} {amount(minor, entry.currency)}{f'/{entry.cap_period}' if word == 'cap' else ''}"

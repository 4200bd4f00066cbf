"""Sorting, narrowing and adding up by a masked field would tell its value bit by bit, so no list does it for anybody.

Whoever may open such a field opens it one by one, says what for, and is kept on record. A query that names one is
refused before any view runs, on pages, for programs and on exports alike; no list has to think of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.access.decision import Decision, Denied
from core.base.text import catalogue

if TYPE_CHECKING:
    from core.kernel.registry import Registry
    from core.kernel.specs import ActionDef, FieldGroup

_ = catalogue("access")

#: Names under which a query says by what a list is sorted, narrowed, grouped or added up, or what it shows.
SPEAKING_OF_FIELDS = frozenset({
    "sort", "sort_by", "sortby", "order", "order_by", "orderby", "by", "group", "group_by", "groupby", "filter",
    "where", "having", "fields", "columns", "include", "aggregate", "sum", "avg", "mean", "count", "min", "max",
})  # fmt: skip
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
#: What may be hung on the name of a field to compare it: ``phone_gt``, ``phone__like``, ``phone[gte]``.
_COMPARED = re.compile(
    r"(_{1,2}|[.\[:])(gt|gte|ge|lt|lte|le|eq|ne|not|in|like|ilike|contains|startswith|endswith|min|max|from|to|sum|avg|"
    r"mean|isnull|is_null)\]?$"
)


def refuse_masked(registry: Registry, definition: ActionDef, query: Iterable[tuple[str, str]]) -> None:
    """Raise ``Denied`` (``FIELD_FORBIDDEN``) for a query of the route of an action that names a masked field.

    As a name, with or without a comparison, where the field belongs to the resource of the action; as what to sort,
    narrow or add up by, whichever resource it belongs to.
    """
    everywhere = {name: group for one in registry.resource_types.values() for group in one.groups
                  for name in group.fields}  # fmt: skip
    resource = registry.resource_types.get(definition.resource or "")
    own = {name: group for group in (resource.groups if resource else ()) for name in group.fields}
    for given, value in query:
        name = given.lower()
        found = own.get(name) or own.get(_COMPARED.sub("", name))
        if found is None and _COMPARED.sub("", name) in SPEAKING_OF_FIELDS:
            found = next((everywhere[word] for word in _words(value) if word in everywhere), None)
        if found is not None:
            raise Denied(_refused(definition, found))


def _words(value: str) -> Iterable[str]:
    for word in _WORD.findall(value.lower()):
        yield from (word, _COMPARED.sub("", word))


def _refused(definition: ActionDef, group: FieldGroup) -> Decision:
    message = _(
        "“{group}” is masked: no list is sorted, narrowed or added up by it. Open it on the page of the one it belongs "
        "to and say what for.", group=group.title,
    )  # fmt: skip
    return Decision(False, "FIELD_FORBIDDEN", message, definition.key)

"""The order in which formulas that build on each other are computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.base.text import catalogue
from core.formula.errors import FormulaError

_ = catalogue("formula")


def ordered(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The names so that each comes after those it needs, otherwise in the order given (a stable topological order).

    Needed names that are not among the keys are ignored. Raises ``FormulaError`` naming one cycle.
    """
    inner = {name: [need for need in wanted if need in needs] for name, wanted in needs.items()}
    done: dict[str, None] = {}
    path: dict[str, None] = {}
    for start in inner:
        stack = [(start, iter(inner[start]))] if start not in done else []
        path = dict.fromkeys(name for name, _rest in stack)
        while stack:
            name, rest = stack[-1]
            following = next((need for need in rest if need not in done), None)
            if following is None:
                stack.pop()
                del path[name]
                done[name] = None
            elif following in path:
                raise cycle(list(path)[list(path).index(following) :])
            else:
                path[following] = None
                stack.append((following, iter(inner[following])))
    return list(done)


def cycle(names: list[str]) -> FormulaError:
    """The refusal of formulas that need each other."""
    return FormulaError(
        "formula.cycle",
        _(
            "These formulas need each other: {cycle}. Let one of them use an input or an earlier result.",
            cycle=" → ".join([*names, names[0]]),
        ),
        field=names[0],
    )


def reachable(needs: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> set[str]:
    """All names that the wanted ones need, directly or through others, and the wanted ones themselves."""
    found: set[str] = set()
    stack = list(wanted)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack.extend(needs.get(name, ()))
    return found

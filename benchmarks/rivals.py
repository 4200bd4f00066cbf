"""The rules of a world in other engines: pycasbin and Cedar, where they are installed.

Each is loaded before its time is taken. What they cannot index they look for among all rules, so few questions suffice.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.ruled import Question, World

#: At least so many questions, and no more once the time is over.
FEWEST, SECONDS = 5, 3.0
_MODEL = """[request_definition]
r = sub, obj, act, amt
[policy_definition]
p = sub, obj, act, max
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub) && within(r.amt, p.max)
"""
Ask = Callable[[Question], bool]


def rates(made: World, questions: Sequence[Question], truth: Sequence[bool]) -> Mapping[str, float]:
    """Checks per second by engine. Raises ``RuntimeError`` when one answers a question otherwise than ``truth``."""
    found = {}
    for needs, engines in (("casbin", {"pycasbin_fast": _casbin_fast, "pycasbin": _casbin}),
                           ("cedarpy", {"cedar_one_rule": _cedar_one_rule, "cedar": _cedar})):
        if find_spec(needs) is None:
            # Standard output is for figures.
            print(f"{needs} is not installed; {', '.join(engines)} left out", file=sys.stderr)
            continue
        for name, load in engines.items():
            found[name] = _rate(name, load(made), questions, truth)
    return found


def _rate(name: str, ask: Ask, questions: Sequence[Question], truth: Sequence[bool]) -> float:
    ask(questions[0])
    answers, began = [], time.perf_counter()
    for question in questions:
        answers.append(ask(question))
        if len(answers) >= FEWEST and time.perf_counter() - began > SECONDS:
            break
    took = time.perf_counter() - began
    if answers != list(truth[: len(answers)]):
        raise RuntimeError(f"{name} answers otherwise")
    return len(answers) / took


def _split(action: str) -> tuple[str, str]:
    thing, _colon, verb = action.partition(":")
    return thing, verb


def _casbin(made: World) -> Ask:
    from casbin import Enforcer

    return _casbin_by(made, Enforcer)


def _casbin_fast(made: World) -> Ask:
    from casbin import FastEnforcer

    return _casbin_by(made, lambda *files: FastEnforcer(*files, cache_key_order=[1, 2]))


def _casbin_by(made: World, enforcer: Callable[[str, str], Any]) -> Ask:
    with TemporaryDirectory() as folder:
        model, policy = Path(folder) / "model.conf", Path(folder) / "policy.csv"
        model.write_text(_MODEL, encoding="utf-8")
        lines = [f"p, p{one.position}, {', '.join(_split(one.action))}, {one.limit}" for one in made.rules]
        lines += [f"g, u{person}, p{position}" for person, held in made.posts.items() for position in held]
        policy.write_text("\n".join(lines) + "\n", encoding="utf-8")
        made_ready = enforcer(str(model), str(policy))
    made_ready.add_function("within", lambda amount, most: int(amount) <= int(most))
    return lambda one: bool(made_ready.enforce(f"u{one.person}", *_split(one.action), one.amount))


def _policy(position: int, action: str, limit: int) -> str:
    thing, verb = _split(action)
    return (
        f'permit(principal in Post::"{position}", action == Action::"{verb}", resource == Doc::"{thing}") '
        f"when {{ context.amount <= {limit} }};"
    )


def _request(one: Question) -> dict[str, Any]:
    thing, verb = _split(one.action)
    return {
        "principal": f'User::"{one.person}"', "action": f'Action::"{verb}"', "resource": f'Doc::"{thing}"',
        "context": {"amount": one.amount},
    }


def _user(person: int, held: Sequence[int]) -> dict[str, Any]:
    parents = [{"type": "Post", "id": str(position)} for position in held]
    return {"uid": {"type": "User", "id": str(person)}, "attrs": {}, "parents": parents}


def _cedar(made: World) -> Ask:
    """All rules in one set, parsed beforehand."""
    import cedarpy

    policies = cedarpy.PolicySet.from_str("\n".join(_policy(r.position, r.action, r.limit) for r in made.rules))
    posts: list[dict[str, Any]] = [
        {"uid": {"type": "Post", "id": str(position)}, "attrs": {}, "parents": []}
        for position in sorted({position for held in made.posts.values() for position in held})
    ]
    people = [_user(person, held) for person, held in made.posts.items()]
    entities = cedarpy.Entities.from_json_str(json.dumps(posts + people))
    return lambda one: bool(cedarpy.is_authorized(_request(one), policies, entities).allowed)


def _cedar_one_rule(made: World) -> Ask:
    """Only the rule of one post on one action and only the person: the application looks up, Cedar decides.

    The first questions alone are prepared; every rule as a set of its own would take most of a gigabyte.
    """
    import cedarpy

    rules = {(rule.position, rule.action): rule for rule in made.rules}
    sets: dict[tuple[int, str], Any] = {}
    people: dict[int, Any] = {}

    def prepared(one: Question) -> list[Any]:
        if one.person not in people:
            people[one.person] = cedarpy.Entities.from_json_str(json.dumps([_user(one.person, made.posts[one.person])]))
        found = []
        for position in made.posts[one.person]:
            rule = rules.get((position, one.action))
            if rule is not None:
                key = position, one.action
                if key not in sets:
                    sets[key] = cedarpy.PolicySet.from_str(_policy(*key, rule.limit))
                found.append(sets[key])
        return found

    for one in made.questions(20_000):
        prepared(one)
    return lambda one: any(
        cedarpy.is_authorized(_request(one), policies, people[one.person]).allowed for policies in prepared(one)
    )

"""Each module is examined by itself: a broken one says why, leaves nothing behind and stops only those that need it."""

from __future__ import annotations

from typing import Any

import pytest

from core.kernel import loader
from tests.core.kernel.conftest import Modules

ACTION = """
@hookimpl
def register_actions():
    return [ActionDef({key!r}, _("Do it"))]
"""


def states(modules: Modules) -> dict[str, tuple[str, str]]:
    registry, _manager = loader.load([], modules.paths)
    return {name: (found.state, found.problem) for name, found in registry.modules.items()}


def test_modules_come_in_the_order_of_what_they_need(modules: Modules) -> None:
    modules.add("a", requires=("c",))
    modules.add("b", uses=("a", "absent"))
    modules.add("c")
    registry, _manager = loader.load([], modules.paths)
    assert registry.loaded == ("c", "a", "b")


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "raises at import": ({"body": "1 / 0"}, "ZeroDivisionError"),
    "has a syntax error": ({"body": "def"}, "SyntaxError"),
    "needs a package that is not there": ({"body": "import trial_absent"}, "ModuleNotFoundError"),
    "has no manifest": ({"manifest": ""}, "defines no object"),
    "has another name": ({"manifest": "module = Module('x', _('T'), 'trial_bad', '1')"}, "the manifest says 'x'"),
    "names no package": ({"manifest": "module = Module('bad', _('T'), 'trial_none', '1')"}, "trial_none"),
    "is written for another interface": ({"api": 99}, "interface 99; this Remit speaks 1"),
    "raises in a hook": ({"body": "@hookimpl\ndef register_actions():\n    raise KeyError('boom')"}, "boom"),
    "answers a hook nobody has": ({"body": "@hookimpl\ndef register_wings():\n    return []"}, "register_wings"),
    "asks for arguments nobody gives": (
        {"body": "@hookimpl\ndef give_demo(session, wings):\n    return []"}, "wings"),
    "names an action of another": ({"body": ACTION.format(key="good.thing:do")}, "must begin with 'bad.'"),
    "misspells an action": ({"body": ACTION.format(key="bad.thing")}, "module.noun:verb"),
    "registers an action twice": (
        {"body": ACTION.format(key="bad.thing:do") + ACTION.format(key="bad.thing:do").replace(
            "def register_actions", "def again").replace("@hookimpl", "@hookimpl(specname='register_actions')")},
        "registered by bad already"),
    "guards a table of another": ({"body": """
from core.kernel.models import Epoch
from core.kernel.specs import Facts, ResourceType
@hookimpl
def register_resource_types():
    return [ResourceType("x", Epoch, lambda session, one: Facts())]
"""}, "must begin with 'bad_'"),
    "names a side that nothing has": ({"body": """
@hookimpl
def register_actions():
    return [ActionDef("bad.thing:do", _("Do it"), resource="bad.thing", side="giving")]
"""}, "names a side that no resource type of its module has"),
    "names a blueprint after another": ({"body": """
from flask import Blueprint
@hookimpl
def register_blueprints():
    return [Blueprint("good", __name__)]
"""}, "must be named 'bad'"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_module_says_why_and_leaves_nothing(modules: Modules, case: str) -> None:
    written, reason = BROKEN[case]
    modules.add("bad", **written)
    modules.add("good", ACTION.format(key="good.thing:do"))
    modules.add("needy", ACTION.format(key="needy.thing:do"), requires=("bad",))
    modules.add("needier", requires=("needy",))
    modules.add("curious", uses=("bad",))
    registry, manager = loader.load([], modules.paths)
    found = registry.modules
    assert {name: one.state for name, one in found.items()} == {
        "good": "loaded", "curious": "loaded", "bad": "failed", "needy": "blocked", "needier": "blocked",
    }
    assert reason in found["bad"].problem
    assert "bad" in found["needy"].problem
    assert "needy" in found["needier"].problem
    assert list(registry.actions) == ["good.thing:do"]
    assert {owned.owner for items in registry.items.values() for owned in items} == {"good"}
    assert {name.partition(":")[0] for name, _plugin in manager.list_name_plugin()} == {"good", "curious"}


def test_of_two_that_register_the_same_the_first_stays(modules: Modules) -> None:
    """Which one is first follows from their names, not from the order they were installed in."""
    command = """
import click
from core.kernel.specs import CommandSpec
@hookimpl
def register_commands():
    return [CommandSpec("", click.Command("sweep"))]
"""
    modules.add("late", command)
    modules.add("early", command)
    found = states(modules)
    assert {name: state for name, (state, _problem) in found.items()} == {"early": "loaded", "late": "failed"}
    assert "' sweep' is registered by early already" in found["late"][1]


def test_a_requirement_that_is_not_installed_blocks(modules: Modules) -> None:
    modules.add("a", requires=("absent",))
    assert states(modules)["a"] == ("blocked", "It needs absent, which did not load.")


def test_modules_that_require_each_other_are_blocked_and_others_load(modules: Modules) -> None:
    modules.add("a", requires=("b",))
    modules.add("b", requires=("a",))
    modules.add("c")
    assert {name: state for name, (state, _problem) in states(modules).items()} == {
        "a": "blocked", "b": "blocked", "c": "loaded",
    }


def test_modules_may_use_each_other(modules: Modules) -> None:
    modules.add("a", uses=("b",))
    modules.add("b", uses=("a",))
    assert {state for state, _problem in states(modules).values()} == {"loaded"}


def test_an_error_in_cores_own_part_is_raised(modules: Modules) -> None:
    modules.add("a", "1 / 0")
    with pytest.raises(ZeroDivisionError):
        loader.load(["trial_a.plugin"], {})

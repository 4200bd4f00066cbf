"""Hooks are called one by one, only of modules that are on; what is on changes together with the epoch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.base.actor import Actor
from core.base.errors import DomainError
from core.kernel import house as houses
from core.kernel import state
from core.kernel.house import House
from core.kernel.models import Epoch, ModuleState
from core.kernel.specs import Change
from tests.core.kernel.conftest import Modules

SYSTEM = Actor.system("tests")
Open = Callable[[], House]

GIVE = "@hookimpl\ndef give_pay_inputs(session, ask):\n    {body}\n"
SPOIL = "session.add(__import__('core.kernel.models').kernel.models.ModuleState(name='spoilt')); session.flush(); 1 / 0"


def given(modules: Modules) -> None:
    modules.add("a", GIVE.format(body="return 'a'"))
    modules.add("b", GIVE.format(body=SPOIL))
    modules.add("c", GIVE.format(body="return None"))
    modules.add("d", GIVE.format(body="return ('d', ask)"))


def test_a_question_is_answered_in_the_order_of_loading_and_a_failure_noted(modules: Modules, open_house: Open) -> None:
    """What the failing one wrote is gone, what the others say counts, and the page can say who is missing."""
    given(modules)
    with open_house().session(SYSTEM, write=True) as session:
        assert houses.give(session, "give_pay_inputs", ask=7) == ["a", ("d", 7)]
        assert session.info["hook_failures"] == [("give_pay_inputs", "b")]
        assert session.scalars(select(ModuleState.name)).all() == []


def test_who_wants_to_be_asked_first_or_last_is(modules: Modules, open_house: Open) -> None:
    """Loaded in the order of their names; the others stay in that order."""
    for name, wish in (("a", "trylast=True"), ("b", ""), ("c", "tryfirst=True"), ("d", "")):
        answer = GIVE.format(body=f"return {name!r}")
        modules.add(name, answer.replace("@hookimpl", f"@hookimpl({wish})"))
    with open_house().session(SYSTEM) as session:
        assert houses.give(session, "give_pay_inputs", ask=7) == ["c", "b", "d", "a"]


def test_a_strict_question_raises(modules: Modules, open_house: Open) -> None:
    given(modules)
    with pytest.raises(ZeroDivisionError), open_house().session(SYSTEM, write=True) as session:
        houses.give(session, "give_pay_inputs", ask=7, strict=True)


def test_a_module_that_is_off_is_not_asked(modules: Modules, open_house: Open) -> None:
    given(modules)
    house = open_house()
    with house.session(SYSTEM, write=True) as session:
        assert state.switch(session, SYSTEM, "b", on=False)
    with house.session(SYSTEM) as session:
        assert houses.give(session, "give_pay_inputs", ask=7, strict=True) == ["a", ("d", 7)]


def test_a_check_refuses_with_its_own_words_and_other_failures_are_not_hidden(
    modules: Modules, open_house: Open
) -> None:
    check = "@hookimpl\ndef check_change(change):\n    if change.action == {on!r}:\n        {body}\n"
    modules.add("a", check.format(on="x.y:z", body="raise DomainError('a.no', 'Not today.')"))
    modules.add("b", check.format(on="x.y:w", body="raise KeyError('b')"))
    with open_house().session(SYSTEM) as session:
        houses.check(session, SYSTEM, Change("x.y:fine", None))
        with pytest.raises(DomainError, match="Not today"):
            houses.check(session, SYSTEM, Change("x.y:z", None))
        with pytest.raises(KeyError):
            houses.check(session, SYSTEM, Change("x.y:w", None))


def test_the_first_answer_is_chosen(modules: Modules, open_house: Open) -> None:
    """The module loaded last is asked first, so that what builds on others may overrule them."""
    choose = "@hookimpl\ndef choose_landing(session, actor):\n    return {answer!r}\n"
    modules.add("a", choose.format(answer="a.home"))
    modules.add("b", choose.format(answer="b.home"))
    modules.add("c", choose.format(answer=None))
    house = open_house()
    with house.session(SYSTEM) as session:
        assert houses.choose(session, "choose_landing", actor=SYSTEM) == "b.home"
        none: frozenset[str] = frozenset()
        assert house.hooks.choose("choose_landing", modules=none, session=session, actor=SYSTEM) is None


SWITCHED = """
from core.kernel.models import ModuleState
@hookimpl
def on_module_switched(session, name, on):
    row = session.get(ModuleState, name)
    assert row.is_on == on, "called before the commit"
    session.add(ModuleState(name="{mark}-" + name))
    session.flush()
    {more}
"""


def rows(house: House) -> set[str]:
    with house.session(SYSTEM) as session:
        return set(session.scalars(select(ModuleState.name)))


def test_modules_hear_of_a_switch_after_it_is_committed(modules: Modules, open_house: Open) -> None:
    """One that fails leaves nothing and does not keep the others from hearing."""
    modules.add("a", SWITCHED.format(mark="heard-a", more=""))
    modules.add("b", SWITCHED.format(mark="heard-b", more="1 / 0"))
    modules.add("c", SWITCHED.format(mark="heard-c", more=""))
    modules.add("d")
    house = open_house()
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "d", on=False)
    assert rows(house) == {"d", "heard-a-d", "heard-c-d"}


def test_nobody_hears_of_a_switch_that_was_rolled_back(modules: Modules, open_house: Open) -> None:
    modules.add("a", SWITCHED.format(mark="heard", more=""))
    modules.add("d")
    house = open_house()

    def switch_and_fail() -> None:
        with house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, "d", on=False)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        switch_and_fail()
    assert rows(house) == set()


def test_off_means_off_for_those_that_cannot_live_without_it(modules: Modules, open_house: Open) -> None:
    """Also when the row came from elsewhere, such as a database that was restored."""
    modules.add("a")
    modules.add("b", requires=("a",))
    modules.add("c", requires=("b",))
    modules.add("d", uses=("a",))
    house = open_house()
    with house.session(SYSTEM, write=True) as session:
        assert state.read(session) == {"a", "b", "c", "d"}
        with pytest.raises(DomainError, match="b; switch these off first"):
            state.switch(session, SYSTEM, "a", on=False)
        with pytest.raises(DomainError, match="no module x"):
            state.switch(session, SYSTEM, "x", on=True)
        session.add(ModuleState(name="a", is_on=False))
    with house.session(SYSTEM) as session:
        assert state.read(session) == {"d"}


def test_a_switch_raises_the_epoch_once_and_a_repeat_does_nothing(modules: Modules, open_house: Open) -> None:
    modules.add("a")
    modules.add("b")
    house = open_house()
    for name, on, expected in [("a", False, 1), ("a", False, 1), ("b", False, 2), ("a", True, 3)]:
        with house.session(SYSTEM, write=True) as session:
            began = state.epoch(session)
            assert state.switch(session, SYSTEM, name, on=on) == (expected != began)
            assert (name in state.read(session)) == on
            assert state.epoch(session) == began, "a session keeps the epoch it began with"
            if state.bumped(session):
                state.bump_epoch(session)  # once more changes nothing
        with house.session(SYSTEM) as session:
            assert state.current_epoch(session) == expected
            assert len(session.scalars(select(Epoch.id)).all()) == 1


def test_a_session_sees_one_state_to_its_end(modules: Modules, open_house: Open) -> None:
    modules.add("a")
    house = open_house()
    with house.session(SYSTEM) as reader:
        assert state.read(reader) == {"a"}
        if not house.database.in_memory:  # there a reader blocks a writer
            with house.session(SYSTEM, write=True) as writer:
                state.switch(writer, SYSTEM, "a", on=False)
        assert state.read(reader) == {"a"}

"""Listening, with a real process on both databases."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select

from core.authority.models import AuthorityEntry
from core.base import clock
from core.identity.models import Account, SignedInSession
from core.jobs.models import RUNNING, JobRow
from core.jobs.progress import PROGRESS, Progress
from core.kernel import state
from core.live import publish
from remit.services import system
from tests.core.live import trial
from tests.core.live.conftest import Living
from tests.core.live.streams import Stream, crowd

SYSTEM = trial.SYSTEM


def test_many_hear_of_a_change_within_a_second(living: Living) -> None:
    cookies = [cookie for _account, _session, cookie in trial.members(living.house, 20, each=5)]

    def tell() -> float:
        living.tell("tick", "many", number=1)
        return time.monotonic()

    delays = crowd(living.port, cookies, "tick:many", tell)
    assert len(delays) == 100
    assert max(delays) < 1.0, max(delays)


def test_what_is_told_and_that_only_what_was_asked_for_is_heard(living: Living) -> None:
    account, _session, cookie = living.member()
    stream = living.listen("tick:a", f"own:{account}", cookie=cookie)
    assert (stream.status, stream.head["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert stream.head["cache-control"] == "no-store"
    assert stream.head["x-accel-buffering"] == "no", "nginx must not hold it back"
    assert stream.next().data == {"resumed": False, "refused": []}
    living.tell("tick", "b")
    living.tell("own", "999999")
    living.tell("own", str(account), unread=3)
    told = stream.next()
    assert (told.event, told.data) == ("change", {"topic": f"own:{account}", "data": {"unread": 3}})


def test_who_comes_back_hears_exactly_what_he_missed(living: Living) -> None:
    cookie = living.member()[2]
    stream = living.listen("tick:back", "tick:other", cookie=cookie)
    stream.next()
    living.tell("tick", "back", number=1)
    assert stream.next().data["data"] == {"number": 1}
    stream.close()
    for number in (2, 3, 4):
        living.tell("tick", "back" if number != 3 else "other", number=number)
        living.tell("tick", "unheard", number=number)
    witness = living.listen("tick:witness", cookie=cookie)
    witness.next()
    living.tell("tick", "witness")
    witness.next()  # what was committed before it has been read
    again = living.listen("tick:back", "tick:other", cookie=cookie, last=stream.place)
    assert again.next().data["resumed"] is True
    assert [again.next().data["data"]["number"] for _time in range(3)] == [2, 3, 4]
    with pytest.raises(TimeoutError):
        again.next(0.4)
    later = living.listen("tick:back", cookie=cookie, last=again.place)
    assert later.next().data["resumed"] is True
    with pytest.raises(TimeoutError):
        later.next(0.4)
    for useless in ("ffffffff-1", again.place.split("-")[0] + "-99999999", "nonsense", "a-²",
                    again.place.split("-")[0] + "-" + "9" * 5_000):  # fmt: skip
        lost = living.listen("tick:back", cookie=cookie, last=useless)
        assert lost.next().data["resumed"] is False, useless


def test_more_was_missed_than_is_kept(living: Living) -> None:
    cookie = living.member()[2]
    stream = living.listen("tick:much", cookie=cookie)
    stream.next()
    stream.close()
    with living.house.session(SYSTEM, write=True) as session:
        for number in range(150):
            publish(session, "tick", "much", {"number": number})
    witness = living.listen("tick:much", cookie=cookie)
    witness.next()
    living.tell("tick", "much", number=150)
    while witness.next().data["data"]["number"] < 150:
        pass
    assert living.listen("tick:much", cookie=cookie, last=stream.place).next().data["resumed"] is False


def test_what_is_rolled_back_was_never_told(living: Living) -> None:
    stream = living.listen("tick:undone")
    stream.next()
    with living.house.session(SYSTEM, write=True) as session:
        publish(session, "tick", "undone", {"number": 1})
        session.flush()
        session.rollback()
    living.tell("tick", "undone", number=2)
    assert stream.next().data["data"] == {"number": 2}


@pytest.mark.parametrize("running", ["postgresql"], indirect=True)  # on SQLite one transaction writes at a time
def test_what_is_committed_late_is_not_left_out(living: Living) -> None:
    """On PostgreSQL the first to write may be the last to commit, and has the smaller number."""
    stream = living.listen("tick:late")
    stream.next()
    with living.house.session(SYSTEM, write=True) as early:
        publish(early, "tick", "late", {"number": 1})
        early.flush()
        with living.house.session(SYSTEM, write=True) as other, other.begin_nested():
            publish(other, "tick", "late", {"number": 2})
        assert stream.next(1.0).data["data"] == {"number": 2}, "nobody waits for the one that is not done"
        time.sleep(0.3)
        living.tell("tick", "late", number=3)
        assert stream.next(1.0).data["data"] == {"number": 3}
    assert stream.next(1.0).data["data"] == {"number": 1}
    with pytest.raises(TimeoutError):
        stream.next(0.4)


def test_many_publish_at_once_and_nothing_is_lost_or_doubled(living: Living) -> None:
    stream = living.listen("tick:storm")
    stream.next()
    numbers = random.Random(7)  # noqa: S311 -- pauses
    pauses = [numbers.random() / 50 for _at in range(120)]

    def one(number: int) -> None:
        with living.house.session(SYSTEM, write=True) as session:
            publish(session, "tick", "storm", {"number": number})
            session.flush()
            time.sleep(pauses[number])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(120)))
    heard = [stream.next().data["data"]["number"] for _at in range(120)]
    assert sorted(heard) == list(range(120))
    with pytest.raises(TimeoutError):
        stream.next(0.4)


def test_who_may_not(living: Living) -> None:
    account, number, cookie = living.member()
    for topics, status in (
        (("tick:secret",), 403), (("own:1234567",), 403), (("granted",), 403), (("broken",), 403),
        (("nothing",), 403), (("job:99999999999999999999",), 403), (("job:x",), 403), (("jobs",), 403),
        (("jobs:1",), 403), ((), 400), (("tick:" + "x" * 70,), 400), (("tick:a b",), 400),
        (tuple(f"tick:{n}" for n in range(21)), 400),
        ((":1",), 400),
    ):  # fmt: skip
        assert living.listen(*topics, cookie=cookie).status == status, topics
    for headers, status in (
        ({"Origin": "https://elsewhere.example"}, 403), ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Origin": f"http://127.0.0.1:{living.port}", "Sec_Fetch_Site": "same-origin"}, 200),
    ):  # fmt: skip
        assert living.listen("tick:a", cookie=cookie, **headers).status == status, headers
    name, _equals, value = cookie.partition("=")
    for forged in ("a=b", name + "=", f"{name}={value[:-2]}xx", trial.cookie(living.house, "unknown")):
        assert living.listen("tick:a", cookie=forged).status == 401, forged
    with living.house.session(SYSTEM, write=True) as session:
        session.get_one(SignedInSession, number).last_seen_at = clock.now() - living.house_idle()
    assert living.listen("tick:a", cookie=cookie).status == 401, "idle for too long"
    with living.house.session(SYSTEM, write=True) as session:
        session.get_one(SignedInSession, number).last_seen_at = clock.now()
        session.get_one(Account, account).must_change_password = True
    assert living.listen("tick:a", cookie=cookie).status == 401, "a new password comes first"


def test_what_may_be_heard_is_heard_where_another_is_refused(living: Living) -> None:
    stream = living.listen("tick:part", "own:1234567", "granted")
    assert stream.next().data == {"resumed": False, "refused": ["granted", "own:1234567"]}
    living.tell("granted")
    living.tell("tick", "part")
    assert stream.next().data["topic"] == "tick:part"


def test_a_stream_ends_with_its_session(living: Living) -> None:
    _account, number, cookie = living.member()
    others = living.listen("tick:session")
    stream = living.listen("tick:session", cookie=cookie)
    assert stream.next().event == others.next().event == "ready"
    with living.house.session(SYSTEM, write=True) as session:
        session.get_one(SignedInSession, number).revoked_at = clock.now()
    assert stream.ended(3)
    assert living.listen("tick:session", cookie=cookie).status == 401
    account, _number, cookie = living.member()
    stream = living.listen("tick:session", cookie=cookie)
    stream.next()
    with living.house.session(SYSTEM, write=True) as session:
        session.get_one(Account, account).is_active = False
    assert stream.ended(3)
    living.tell("tick", "session")
    assert others.next().event == "change", "others listen on"


def test_a_stream_ends_with_authority(living: Living) -> None:
    account, _session, cookie = living.member()
    trial.make_admin(living.house, account)
    alone, both = living.listen("granted", cookie=cookie), living.listen("granted", "tick:auth", cookie=cookie)
    assert alone.next().data == both.next().data == {"resumed": False, "refused": []}
    living.tell("granted", number=1)
    assert alone.next().data["data"] == both.next().data["data"] == {"number": 1}
    with living.house.session(SYSTEM, write=True) as session, system(session, "a list ends"):
        session.execute(delete(AuthorityEntry).where(AuthorityEntry.account_id == account))
        state.bump_epoch(session)
    assert alone.ended(3)
    told = both.next(3)
    assert (told.event, told.data) == ("refused", ["granted"])
    living.tell("granted", number=2)
    living.tell("tick", "auth")
    assert both.next().data["topic"] == "tick:auth"


def test_a_topic_goes_with_its_module(living: Living) -> None:
    stream = living.listen("tick:module")
    stream.next()
    try:
        with living.house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, "ticking", on=False)
        assert stream.ended(3)
        assert living.listen("tick:module").status == 403
    finally:
        with living.house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, "ticking", on=True)
    assert living.listen("tick:module").status == 200


def test_who_takes_nothing_is_dropped_and_hears_it_later(living: Living) -> None:
    cookie = living.member()[2]
    slow = Stream(living.port, cookie, ["tick:slow"], receive=4096)
    quick = living.listen("tick:slow", cookie=cookie)
    slow.next(), quick.next()
    filler = "x" * 900
    taken: list[int] = []

    def take() -> None:
        while len(taken) < 600:
            taken.append(quick.next(20).data["data"]["number"])

    reading = threading.Thread(target=take)
    reading.start()
    for batch in range(12):
        with living.house.session(SYSTEM, write=True) as session:
            for number in range(50):
                publish(session, "tick", "slow", {"number": batch * 50 + number, "filler": filler})
        limit = time.monotonic() + 10
        while len(taken) < (batch + 1) * 50 and time.monotonic() < limit:
            time.sleep(0.005)  # the quick one keeps up, however busy the machine is
    reading.join(20)
    assert taken == list(range(600)), "a slow one holds up nobody"
    assert slow.ended(10), "the slow one was dropped"
    again = living.listen("tick:slow", cookie=cookie, last=slow.place)
    assert again.next().data["resumed"] is False, "more was missed than is kept"
    slow.close()


def test_an_account_has_so_many_streams(living: Living) -> None:
    cookie = living.member()[2]
    streams = [living.listen("tick:each", cookie=cookie) for _at in range(25)]
    assert [stream.status for stream in streams] == [200] * 24 + [429]
    streams[0].close()
    limit = time.monotonic() + 5
    while (again := living.listen("tick:each", cookie=cookie)).status == 429 and time.monotonic() < limit:
        time.sleep(0.02)
    assert again.status == 200
    assert living.listen("tick:each").status == 200, "of another account"


def test_progress_of_a_job_is_heard_within_a_second(living: Living) -> None:
    """It is no part of a transaction: on SQLite it stands in a second file, on PostgreSQL in the row."""
    account, _number, cookie = living.member()
    with living.house.session(SYSTEM, write=True) as session:
        row = JobRow(
            kind="jobs.purge", args={}, state="queued", account_id=account, actor={}, queued_at=clock.now(),
            run_at=clock.now(),
        )
        session.add(row)
        session.flush()
        job = row.id
    stream = living.listen(f"job:{job}", cookie=cookie)
    assert living.listen(f"job:{job}").status == 403, "a job of somebody else"
    stream.next()
    first = stream.next(2).data["data"]
    assert (first["state"], first["done"]) == ("queued", 0)
    with living.house.session(SYSTEM, write=True) as session:
        session.get_one(JobRow, job).state = RUNNING
    assert stream.next(2).data["data"]["state"] == "running"
    store = living.house.session_info[PROGRESS]
    lines, told = set(), None
    for done in (100, 200):
        began = time.monotonic()
        store.write(job, Progress(done, 1000, "Reading"))
        told = stream.next(2)
        assert (told.data["data"]["done"], told.data["data"]["total"]) == (done, 1000)
        assert told.at - began < 1.0
        lines.add(told.data["data"]["line"])
    assert len(lines) == 1, "only the figures moved"
    assert "Reading" not in str(told), "what a job says may be about people; it is fetched under authority"
    store.write(job, Progress(200, 1000, "Writing"))
    assert stream.next(2).data["data"]["line"] not in lines
    with living.house.session(SYSTEM, write=True) as session:
        done_row = session.get_one(JobRow, job)
        done_row.state, done_row.finished_at, done_row.progress_done = "done", clock.now(), 1000
    assert stream.next(2).data["data"]["state"] == "done"


def test_what_is_watched_is_asked_once_for_all_who_listen(living: Living) -> None:
    one, other = living.listen("count:w"), living.listen("count:w")
    assert one.next().event == other.next().event == "ready"
    living.tell("tick", "w")
    assert one.next(2).data == other.next(2).data == {"topic": "count:w", "data": {"count": 1}}
    living.tell("tick", "w")
    assert one.next(2).data["data"] == other.next(2).data["data"] == {"count": 2}


def test_what_may_be_told(living: Living) -> None:
    with living.house.session(SYSTEM) as session:
        assert session.scalars(select(Account.id).limit(1)).first()
        with pytest.raises(LookupError):
            publish(session, "nobody")
        for key, data in (("a b", {}), ("x" * 65, {}), ("", {"text": "x" * 1001}), ("", {"list": []})):
            with pytest.raises(ValueError):  # noqa: PT011
                publish(session, "tick", key, data)  # type: ignore[arg-type]

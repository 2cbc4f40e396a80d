"""The operator looks at jobs from the command line, and hears from doctor when nobody does them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.cli import main
from lathe.cli.doctor import books
from lathe.jobs import actions, engines, rounds, runner
from tests.kinds import works

pytestmark = pytest.mark.usefixtures("own_database")
Captured = pytest.CaptureFixture[str]
works.register()


def given_up(key: str) -> None:
    actions.enqueue(kind="test.fail", key=key)
    moment = FixedClock(clock.now())
    with clock.use(moment):
        while runner.run_due():
            moment.set(moment.now() + timedelta(hours=2))


def test_jobs_are_listed_shown_and_tried_again(capsys: Captured) -> None:
    given_up("a")
    actions.enqueue(kind="test.write", key="b", due_at=clock.now() + timedelta(hours=1))

    assert main.run(["jobs", "list"]) == 0
    listed = capsys.readouterr().out
    assert "Pending: 1" in listed
    assert "Given up: 1" in listed
    assert "ValueError: no luck with a" in listed

    assert main.run(["jobs", "list", "--kind", "test.fail", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pending"] == []
    assert [(job["key"], job["attempts"]) for job in told["dead"]] == [("a", 3)]

    assert main.run(["jobs", "show", "test.fail", "a"]) == 0
    assert "lathe jobs retry test.fail a" in capsys.readouterr().out
    assert main.run(["jobs", "show", "test.write", "b", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pending"]["state"] == "waiting"

    assert main.run(["jobs", "retry", "test.fail", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"retried": 1}
    assert engines.current().holds("test.fail", "a")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "test.write", "none"], "There is no job test.write none"),
        (["retry", "test.write", "none"], "was not given up"),
        (["retry", "no.such"], "Nothing does jobs of the kind"),
    ],
)
def test_what_is_not_there_is_said(words: list[str], said: str, capsys: Captured) -> None:
    assert main.run(["jobs", *words]) == 1
    assert said in capsys.readouterr().err


def test_a_queue_that_is_none_is_refused(capsys: Captured) -> None:
    assert main.run(["worker", "--queues", "default,no-such"]) == 1
    assert "There is no queue 'no-such'" in capsys.readouterr().err


def test_doctor_says_when_jobs_are_given_up_and_when_nobody_works() -> None:
    [jobs, worker] = books.jobs()
    assert (jobs.state, worker.state) == ("ok", "note")
    assert "No worker has ever worked" in worker.sentence
    rounds.ask_due()
    assert books.jobs()[1].state == "ok"
    with clock.use(FixedClock(clock.now() + timedelta(minutes=6))):
        late = books.jobs()[1]
    assert late.state == "wrong"
    assert "has waited for 6 minutes" in late.sentence
    runner.run_due()
    with clock.use(FixedClock(clock.now() + timedelta(hours=1))):
        assert books.jobs()[1].state == "note"
    given_up("a")
    dead = books.jobs()[0]
    assert dead.state == "wrong"
    assert "lathe jobs retry test.fail" in dead.todo

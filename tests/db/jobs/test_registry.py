"""A kind of job is registered once, and one that nobody registered is refused where it is asked for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lathe.basics import clock
from lathe.jobs import actions, engines, queries, registry
from lathe.jobs.errors import JobError
from lathe.jobs.models import Job, Trouble
from lathe.jobs.registry import CUTTING, DEFAULT, Kind

pytestmark = pytest.mark.usefixtures("own_database")


def test_a_kind_nobody_registered_is_refused_at_the_asking() -> None:
    with pytest.raises(JobError, match=r"test\.unknown"):
        actions.enqueue(kind="test.unknown", key="a")
    assert engines.current().pending() == []


def test_a_kind_is_registered_once() -> None:
    known = registry.kinds()[0]
    registry.register(known)
    with pytest.raises(JobError, match="registered twice"):
        registry.register(Kind(known.name, print))


def test_cuts_have_a_queue_of_their_own() -> None:
    assert set(registry.queues()) >= {CUTTING, DEFAULT}
    assert registry.kind_of("sales.precut").queue == CUTTING
    assert registry.kind_of("mail.send").queue == DEFAULT


@pytest.mark.engine("sqlite")
def test_the_upgrade_keeps_what_waits_and_the_errors_of_what_is_dead() -> None:
    Job.objects.all().delete()
    MigrationExecutor(connection).migrate([("jobs", "0001_initial")])
    old = MigrationExecutor(connection).loader.project_state([("jobs", "0001_initial")]).apps.get_model("jobs", "Job")
    now = clock.now()
    for _ in range(2):
        old.objects.create(kind="mail.send", key="dead", dead_at=now, attempts=8, last_error="no server")
    old.objects.create(kind="mail.send", key="dead")
    old.objects.create(kind="mail.send", key="given up", dead_at=now, attempts=8, last_error="gone")
    old.objects.create(kind="mail.send", key="failing", attempts=2, last_error="no answer")
    old.objects.create(kind="mail.send", key="done", done_at=now)
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert sorted(job.key for job in engines.current().pending()) == ["dead", "failing"]
    assert dict(Trouble.objects.values_list("key", "last_error")) == {
        "dead": "no server",
        "failing": "no answer",
        "given up": "gone",
    }
    assert [job.key for job in queries.dead()] == ["given up"], "the other one waits again"

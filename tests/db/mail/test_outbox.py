"""Letters are written with the event they tell of, and sent once the mail server takes them."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core import mail as sent

from lathe.jobs import reconcile, runner
from lathe.jobs.models import Job
from lathe.mail import actions
from lathe.mail.errors import MailError
from lathe.mail.models import Letter

pytestmark = pytest.mark.usefixtures("own_database")


def written(key: str = "receipt:1") -> None:
    actions.write(key=key, to="buyer@example.com", subject="Your\nmusic", text="Here it is.")


def test_a_letter_is_sent_once_however_often_it_is_written() -> None:
    written()
    written()
    runner.run_due()
    actions.send("receipt:1")
    assert [letter.subject for letter in sent.outbox] == ["Your music"]
    assert Letter.objects.get().sent_at is not None


def test_a_letter_the_server_does_not_take_stays_and_goes_later(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    written()
    with pytest.raises(MailError, match="did not take the letter to buyer@example.com"):
        actions.send("receipt:1")
    assert Letter.objects.get().last_error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    runner.run_due()
    assert len(sent.outbox) == 1


def test_a_letter_whose_job_was_lost_is_found_by_the_sweep() -> None:
    written()
    assert reconcile.sweep() == 0, "the letter has its job"
    Job.objects.all().delete()
    assert reconcile.sweep() == 1
    runner.run_due()
    assert len(sent.outbox) == 1

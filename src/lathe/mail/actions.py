"""Writes of the outbox."""

from __future__ import annotations

from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db.models import F

from lathe.basics import clock
from lathe.jobs import actions as jobs
from lathe.mail.errors import MailError
from lathe.mail.models import Letter

SEND = "mail.send"


def write(*, key: str, to: str, subject: str, text: str) -> None:
    """Put a letter in the outbox, in the caller's transaction. The same key again writes nothing more.

    Line breaks in the subject become blanks, so that no header can be smuggled in.
    """
    clean = " ".join(subject.split())[:200]
    Letter.objects.bulk_create([Letter(key=key, to=to, subject=clean, text=text)], ignore_conflicts=True)
    jobs.enqueue(kind=SEND, key=key)


def send(key: str) -> None:
    """Hand one letter to the mail server unless it took it before. Raises MailError to be tried again."""
    letter = Letter.objects.filter(key=key, sent_at__isnull=True).first()
    if letter is None:
        return
    Letter.objects.filter(id=letter.id).update(attempts=F("attempts") + 1)
    try:
        EmailMessage(letter.subject, letter.text, to=[letter.to]).send()
    except (OSError, SMTPException) as wrong:
        Letter.objects.filter(id=letter.id).update(last_error=str(wrong)[:300])
        raise MailError(f"The mail server did not take the letter to {letter.to}: {wrong}") from wrong
    Letter.objects.filter(id=letter.id).update(sent_at=clock.now(), last_error="")

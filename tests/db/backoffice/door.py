"""Comes in at /manage/ as somebody, reads pages and sends their forms as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from django.http import HttpResponse
from django.test import Client

from lathe.accounts.models import Person
from lathe.catalogue.models import Release
from lathe.jobs import actions as jobs
from lathe.jobs import records
from lathe.jobs.terms import Outcome, Ticket
from lathe.sales.models import Order

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(email: str, *, is_operator: bool = False) -> tuple[Client, Person]:
    """A browser in which somebody is signed in."""
    person = Person.objects.filter(email=email).first() or Person.objects.create_user(email)
    person.is_operator = is_operator
    person.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend=BACKEND)
    return client, person


def dies(kind: str, key: str, error: str) -> None:
    """Let a job be given up, as after its last attempt."""
    jobs.drop(kind=kind, key=key)
    records.note(Ticket(kind, key, 12), Outcome("dead", 40, error))


def text(answer: HttpResponse) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@dataclass
class Door:
    """An operator's browser."""

    client: Client
    person: Person

    @classmethod
    def of(cls, email: str) -> Door:
        return cls(*signed_in(email, is_operator=True))

    def get(self, path: str = "", **query: str) -> HttpResponse:
        return self.client.get(f"/manage/{path}", query)

    def read(self, path: str = "", **query: str) -> str:
        """A page that must be there, as text."""
        answer = self.get(path, **query)
        assert answer.status_code == 200
        return text(answer)

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's form about an act."""
        page = self.get(path).content.decode()
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))

    def send(self, path: str, fields: dict[str, str], **more: str) -> HttpResponse:
        return self.client.post(f"/manage/{path}", {**fields, **more})

    def act(self, path: str, **fields: str) -> HttpResponse:
        """Open the page of an act and press its button."""
        return self.send(path, self.form(path), **fields)


def at(thing: Order | Release, act: str = "") -> str:
    """The address of an order's or release's page, or of an act on it, below /manage/."""
    folder = "orders" if isinstance(thing, Order) else "releases"
    return f"{folder}/{thing.uid}/" + (f"{act}/" if act else "")

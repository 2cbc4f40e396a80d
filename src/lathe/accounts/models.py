"""Tables of people."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from lathe.basics import clock


class PersonManager(BaseUserManager["Person"]):
    """Makes people; e-mail addresses are kept in lower case so that one mailbox is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        return self.create_user(email, password, is_operator=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who buys, delivers music or runs the shop. `uid` is the opaque id that books and chains hold."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    language = models.CharField(max_length=12, blank=True)
    usual_format = models.CharField(max_length=64, blank=True)
    folders = models.CharField(max_length=120, blank=True, help_text="How archives name their files; empty: as usual.")
    is_operator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    @property
    def is_staff(self) -> bool:
        return self.is_operator

    def __str__(self) -> str:
        return self.email


class PartyRole(models.Model):
    """A person who speaks for a rights holder (a party of the catalogue, named by its opaque id)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="party_roles")
    party_uid = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "party_uid"], name="party_role_once")]

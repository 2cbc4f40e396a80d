"""Registers the kinds in a process whose settings name this app."""

from django.apps import AppConfig


class KindsConfig(AppConfig):
    name = "tests.kinds"

    def ready(self) -> None:
        from tests.kinds import works

        works.register()

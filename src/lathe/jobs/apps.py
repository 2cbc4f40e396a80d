"""Django's name for the room; its jobs are registered when it is ready."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "lathe.jobs"

    def ready(self) -> None:
        import lathe.jobs.tasks  # noqa: F401

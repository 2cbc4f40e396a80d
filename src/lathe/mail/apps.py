"""Django's name for the room; its jobs are registered when it is ready."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "lathe.mail"

    def ready(self) -> None:
        import lathe.mail.tasks  # noqa: F401

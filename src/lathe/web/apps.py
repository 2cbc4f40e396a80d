"""Django's name for the room; the languages are compiled and its jobs are registered when it is ready."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lathe.web"

    def ready(self) -> None:
        import lathe.web.tasks  # noqa: F401
        from lathe.web import languages

        languages.compile_catalogues()

"""Static files under ASGI: WhiteNoise finds them, and each is answered whole.

WhiteNoise answers with a synchronous iterator, which an ASGI server can only read into memory chunk by chunk while it
complains. Our static files are small, so they are handed over as bytes.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, with its files answered as bytes."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """Answer with a static file, its headers and conditions as WhiteNoise works them out."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response

"""nginx on the bench: it sends a file of its own, and stands before a shop that hands files over to it, as
docs/running-at-scale.md has it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = "nginx"
_CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; default_type application/octet-stream;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /own/ {{ alias {folder}/own/; }}
    location / {{
      proxy_pass http://127.0.0.1:{shop}; proxy_http_version 1.1; proxy_buffering off;
      proxy_set_header Host $host; proxy_set_header Connection "";
    }}
    location /_lathe/renditions/ {{
      internal; alias {renditions}/; max_ranges 16; etag off; if_modified_since off;
      add_header ETag $upstream_http_etag; add_header Repr-Digest $upstream_http_repr_digest;
      add_header Last-Modified "";
    }}
  }}
}}
"""


def is_there() -> bool:
    """Whether nginx is installed."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def standing(folder: Path, shop_port: int, renditions: Path) -> Iterator[int]:
    """Run nginx before the shop; its port. Below /own/ it sends what lies in the folder `own`, and what the shop hands
    over from its folder of cut files."""
    port, written = _free_port(), folder / "nginx.conf"
    (folder / "own").mkdir()
    # As root nginx would read as nobody, who may not look into this folder.
    user = "user root;" if folder.owner() == "root" else ""
    places = {"folder": folder, "port": port, "shop": shop_port, "renditions": renditions}
    written.write_text(user + _CONFIGURATION.format(**places), encoding="utf-8")
    with subprocess.Popen([PROGRAM, "-p", folder, "-c", written]) as process:
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nginx did not start.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

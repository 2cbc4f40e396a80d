"""lathe serve: let people in."""

from __future__ import annotations

import click

from lathe.cli import output, serving, shop


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def command(port: int, host: str) -> None:
    """Serve the shop: pages, downloads, encoders and the work nobody waits for, all in this one process.

    Put a reverse proxy with TLS in front of it, and set LATHE_BASE_URL to the address that buyers use. End it with
    Ctrl-C or SIGTERM: downloads under way have half a minute to finish.

    \b
    Examples:
      lathe serve
      LATHE_BASE_URL=https://shop.example LATHE_HOSTS=shop.example LATHE_PROXIES=1 lathe serve --port 8100
    """
    with serving.bound(host, port) as place:
        serving.announce(place)
        shop.open_shop()
        output.say(f"Shop: {place.address}/", bold=True)
        serving.serve(place)

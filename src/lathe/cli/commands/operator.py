"""lathe operator: let somebody run the shop."""

from __future__ import annotations

import click

from lathe.cli import output, shop


@click.command("operator")
@click.argument("email")
@click.option("--revoke", is_flag=True, help="Take it back.")
def command(email: str, revoke: bool) -> None:
    """Let somebody run the shop: see orders, refund, publish and withdraw.

    An account is made where there is none; they sign in with a code by mail.

    \b
    Example:
      lathe operator clara@example.org
    """
    shop.open_shop()
    from lathe.cli import opening

    somebody = opening.person(email, is_operator=not revoke)
    if revoke:
        somebody.is_operator = somebody.is_superuser = False
        somebody.save(update_fields=["is_operator", "is_superuser"])
    output.say(f"{somebody.email} {'no longer runs' if revoke else 'runs'} the shop.")

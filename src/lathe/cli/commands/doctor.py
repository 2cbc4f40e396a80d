"""lathe doctor: what is missing or wrong, and what to do."""

from __future__ import annotations

from dataclasses import asdict

import click

from lathe.cli import output
from lathe.cli.doctor.findings import Finding

_MARKS = {"ok": "ok", "note": "note", "wrong": "WRONG"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool) -> None:
    """Look for what is missing or wrong, and say what to do.

    It looks at packages, encoders, settings, the data folder, the stores, the database and its guards, the books, the
    masters, mail and payment. It changes nothing in the shop; into each store it puts a few bytes and removes them.

    \b
    Example:
      lathe doctor

    Exit code: 0 the shop can sell, 1 something is wrong.
    """
    from lathe.cli.doctor import examination

    findings: list[Finding] = []
    for finding in examination.run():
        findings.append(finding)
        if not as_json:
            _show(finding)
    bad = [finding for finding in findings if finding.state == "wrong"]
    if as_json:
        output.show_json({"well": not bad, "findings": [asdict(finding) for finding in findings]})
    else:
        output.say(_sum(len(bad)), bold=True)
    ctx.exit(1 if bad else 0)


def _sum(bad: int) -> str:
    return {0: "All is well.", 1: "One thing is wrong."}.get(bad, f"{bad} things are wrong.")


def _show(finding: Finding) -> None:
    output.say(f"{_MARKS[finding.state]:6} {finding.what:14} {finding.sentence}")
    if finding.todo:
        output.say(f"{'':6} {'':14} → {finding.todo}")

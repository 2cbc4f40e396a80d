"""The table of commands: a new one is a file here with a `command`, whose help has an example, and a line below."""

from __future__ import annotations

COMMANDS = {
    "demo": "lathe.cli.commands.demo",
    "init": "lathe.cli.commands.init",
    "import": "lathe.cli.commands.import_music",
    "serve": "lathe.cli.commands.serve",
    "doctor": "lathe.cli.commands.doctor",
    "worker": "lathe.cli.commands.worker",
    "jobs": "lathe.cli.commands.jobs",
    "report": "lathe.cli.commands.report",
    "ledger": "lathe.cli.commands.ledger",
    "reports": "lathe.cli.commands.reports",
    "rights": "lathe.cli.commands.rights",
    "operator": "lathe.cli.commands.operator",
    "royalties": "lathe.cli.commands.royalties",
    "credit": "lathe.cli.commands.credit",
    "library": "lathe.cli.commands.library",
    "backup": "lathe.cli.commands.backup",
    "restore": "lathe.cli.commands.restore",
    "upgrade": "lathe.cli.commands.upgrade",
    "formats": "lathe.cli.commands.formats",
    "encode": "lathe.cli.commands.encode",
    "inspect": "lathe.cli.commands.inspect",
}
"""Name to module, as `lathe --help` lists them. A module is loaded when its command is asked for."""

"""The `signet` command: one module an act."""

from signet.cli.command import main

__all__ = ["main"]

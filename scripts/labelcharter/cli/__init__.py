"""Cli owns the commands: one thin file a command, nothing but arguments and output."""

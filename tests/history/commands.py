"""Run the command line in a folder, as a person does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from labelcharter.cli.main import main

Ran = tuple[int, str, str]
Run = Callable[..., Ran]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs `labelcharter ARGUMENTS` in a folder: exit status, output, remarks."""

    def run(folder: Path, *arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["labelcharter", *arguments])
        capsys.readouterr()
        status: object = 0
        try:
            main()
        except SystemExit as stop:
            status = stop.code
        printed = capsys.readouterr()
        return (status if isinstance(status, int) else 0, printed.out, printed.err)

    return run

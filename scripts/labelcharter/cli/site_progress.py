"""How far a build has come, told on a terminal and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def telling(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function that shows the present step on standard error while the block runs."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    with console.status("starting") as status:
        yield lambda step: status.update(f"{step} …")

"""A PostgreSQL server of the tests' own: in a temporary folder, on a port of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BINARIES = "/usr/lib/postgresql/*/bin"  # where Debian puts them, outside PATH
_UNPRIVILEGED = "nobody"  # the server refuses to run as root


def _binary(name: str) -> str:
    found = shutil.which(name) or next(
        (str(folder / name) for folder in sorted(Path("/").glob(_BINARIES[1:])) if folder.is_dir()),
        None,
    )
    if found is None:
        pytest.skip(f"{name} is not here: apt-get install postgresql")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres_server() -> Iterator[str]:
    """The server's address, postgres://127.0.0.1:port/postgres, while the block runs."""
    initdb, server = _binary("initdb"), _binary("pg_ctl")
    user = pwd.getpwnam(_UNPRIVILEGED).pw_uid if os.geteuid() == 0 else None
    port = _free_port()

    def call(*command: str) -> None:
        done = subprocess.run(
            command, user=user, cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"{Path(command[0]).name} failed here: {done.stderr.strip()[-300:]}")

    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        if user is not None:
            os.chown(folder, user, -1)
        data = f"{folder}/data"
        call(
            initdb, "-D", data, "-U", "auditor", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        call(server, "-D", data, "-w", "-o", options, "-l", f"{folder}/log", "start")
        try:
            yield f"postgres://127.0.0.1:{port}/postgres"
        finally:
            call(server, "-D", data, "-m", "immediate", "stop")

"""Putting a finished folder in the place of another: whole, or not at all."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class Busy(Exception):
    """Another build of the same repository is running."""


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold `lock`, so that two builds do not mix; the system lets go of it after a kill."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(
                "another build of this repository is running; wait until it is done"
            ) from None
        yield


def staging_for(out: Path, scratch: Path) -> Path:
    """An empty folder on the disk of `out`, in `scratch` where that is possible."""
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch.mkdir(parents=True, exist_ok=True)
    same_disk = scratch.stat().st_dev == out.parent.stat().st_dev
    staging = scratch / "site-new" if same_disk else out.parent / f".{out.name}-new"
    shutil.rmtree(staging, ignore_errors=True)
    _put_back(out)
    staging.mkdir()
    return staging


def swap_in(staging: Path, out: Path) -> None:
    """Let `staging` become `out` in one step; what stood there before is removed afterwards."""
    if not out.exists():
        staging.rename(out)
    elif _exchange(staging, out):
        shutil.rmtree(staging)
    else:  # a system without the exchange: a moment without `out`, mended by the next build
        old = _old(out)
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
        staging.rename(out)
        shutil.rmtree(old)


def _old(out: Path) -> Path:
    return out.parent / f".{out.name}-old"


def _put_back(out: Path) -> None:
    if not out.exists() and _old(out).is_dir():
        _old(out).rename(out)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two names atomically (Linux renameat2); False where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE)
    return bool(done == 0)

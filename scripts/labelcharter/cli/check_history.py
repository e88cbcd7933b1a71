"""What `check --history` asks git; plain `check` imports none of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from labelcharter.cli.common import CannotWork
from labelcharter.registry.load import Repository
from labelcharter.registry.past import Past


def past_or_stop(repository: Repository, published: Path | None) -> Past:
    """What the history says against the repository, or a sentence why it cannot be read.

    `published`: the history.json of a site; without one that of the settings, if they name one.
    """
    from labelcharter.history import git
    from labelcharter.history.approval_findings import approval_findings
    from labelcharter.history.evidence import NotInHistory, read_sources
    from labelcharter.history.git import GitFailed
    from labelcharter.history.past_approvals import read_past
    from labelcharter.history.ssh_keygen import CannotSign
    from labelcharter.history.trespasses import past_of

    assert repository.root is not None  # noqa: S101 - a repository on disk has a root
    named = repository.settings.published_history
    file = published or (repository.root / named if named else None)
    try:
        content = file.read_bytes() if file is not None else None
    except OSError as error:
        raise CannotWork(
            f"{file}, which the settings name under `published_history`, cannot be read "
            f"({error.strerror}). Fetch history.json of the published site to there, or give it "
            "with --published"
        ) from None
    try:
        past = past_of(read_sources(repository.root), repository.graph, content)
        signed = read_past(repository.root, git.resolve(repository.root, "HEAD"))
        return replace(past, approvals=tuple(approval_findings(repository, signed)))
    except NotInHistory:
        return Past()
    except (GitFailed, CannotSign) as error:
        raise CannotWork(str(error)) from None

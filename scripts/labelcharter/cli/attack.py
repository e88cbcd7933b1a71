"""`labelcharter attack RECORD|SITE …`: try to work out what is hidden, from what is published."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.common import (
    CannotWork,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
    tell,
)
from labelcharter.registry.load import NoRepository, find_root, load_repository

if TYPE_CHECKING:
    from labelcharter.audit.disclosure.attack.attacker import Attacked


@click.command()
@click.argument("targets", metavar="RECORD|SITE …", nargs=-1, required=True)
@format_option
def command(targets: tuple[str, ...], format_: str) -> None:
    """Try to work out what published records, or a built site, hide.

    RECORD is an id or the path of a record, SITE a folder with an index.html. The records of the
    repository that are of the same audit or the same data are taken into the same attack. A figure
    is recovered when fewer than ten values are possible for it; its value is never printed.
    """
    from labelcharter.audit.disclosure.attack.bounds import Contradiction
    from labelcharter.audit.disclosure.attack.site import NoRecords, attack_site
    from labelcharter.audit.disclosure.attack.system import TooLarge

    sites = [Path(target) for target in targets if Path(target).is_dir()]
    records = [_record(target) for target in targets if not Path(target).is_dir()]
    try:
        attacked = [attack_site(site) for site in sites]
        attacked += _attack_records(records)
    except (Contradiction, NoRecords) as fault:
        raise CannotWork(str(fault)) from None
    except TooLarge as fault:
        raise CannotWork(f"the groups are too many to attack together: {fault}") from None
    except (KeyError, TypeError, ValueError) as fault:
        raise CannotWork(f"a record is not as its schema says ({fault}); see `check`") from None
    _show(attacked, format_)
    if any(one.recovered for one in attacked):
        raise click.exceptions.Exit(1)


def _attack_records(records: Sequence[Mapping[str, Any]]) -> list[Attacked]:
    from labelcharter.audit.disclosure.attack.attacker import attack, belongs_with
    from labelcharter.audit.disclosure.attack.site import records_together

    named = {record.get("id") for record in records}
    beside = [
        other
        for other in _published_here()
        if other.get("id") not in named and any(belongs_with(other, one) for one in records)
    ]
    return [attack(together) for together in records_together([*records, *beside])]


def _record(target: str) -> Mapping[str, Any]:
    """A record by its path or its id."""
    path = Path(target)
    if not path.is_file():
        if path.suffix or "/" in target:
            raise CannotWork(f"there is no file or folder `{target}`")
        repository = repository_here()
        element = element_or_stop(repository, target)
        if element.kind != "record" or repository.root is None:
            raise CannotWork(f"{element.id} is of the kind {element.kind}, not a record")
        path = repository.root / element.place.path
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise CannotWork(f"{path} cannot be read as JSON ({fault})") from None
    if not isinstance(found, dict):
        raise CannotWork(f"{path} is not a record")
    return found


def _published_here() -> list[Mapping[str, Any]]:
    """The records of the repository around the present folder, if there is one."""
    from labelcharter.audit.records.earlier import published_records

    try:
        graph = load_repository(find_root(Path.cwd())).graph
    except NoRepository:
        return []
    return published_records(record.data for record in graph.of_kind("record"))


def _show(attacked: Sequence[Attacked], format_: str) -> None:
    recovered = [one for each in attacked for one in each.recovered]
    names = list(dict.fromkeys(name for each in attacked for name in each.records))
    hidden = sum(each.hidden for each in attacked)
    if format_ == "json":
        print_json(
            {
                "format_version": 1,
                "records": names,
                "hidden": hidden,
                "recovered": [one.as_json() for one in recovered],
            }
        )
        return
    for one in recovered:
        tell(one.words)
    what = f"{', '.join(names)}: {hidden:,} hidden counts"
    tell(f"{what}, {len(recovered):,} recovered" if recovered else f"{what}, none recovered")

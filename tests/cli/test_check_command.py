"""`check` as a command: exit status, selection, folders, days, old debts, watching."""

from pathlib import Path

from running import DAY, Ran, Run, replace


def test_a_repository_without_mistakes_ends_with_zero(run: Run, valid: Path) -> None:
    done = run(valid, "check", "--as-of", DAY)
    assert done == Ran(0, "Checked 47 elements in 29 files: nothing found.\n", "")


def test_a_mistake_ends_with_one(run: Run, valid: Path) -> None:
    replace(valid, "policies/controls.yaml", "seat.readers", "seat.raeders")
    done = run(valid, "check", "--as-of", DAY)
    assert done.status == 1
    assert "error[R201]" in done.out
    assert done.err == ""

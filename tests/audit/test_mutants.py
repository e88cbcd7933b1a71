"""The faults that mutation testing plants: each kind once, and nothing that is no code."""

from __future__ import annotations

import pytest
from benchmarks.mutants import mutants
from benchmarks.mutation import AUDIT, ROOT, files_testing

SOURCE = '''
"""About 1 module."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    x: int = 1
Real = NDArray[np.float64]
@dataclass(frozen=True)
class Thing:
    size: int = 3
def area(a: Literal[1], b) -> Annotated[int, 2]:
    """More than 1."""
    if a < b and not b == 2:
        return -a * b
    return None
'''


def test_each_kind_of_fault_is_planted_once_where_it_can_be() -> None:
    found = [(m.kind, m.before, m.after) for m in mutants(SOURCE)]
    assert found == [
        ("constant", "3", "4"),
        ("boolean", "a < b and (not b == 2)", "a < b or not b == 2"),
        ("boundary", "a < b", "a <= b"),
        ("comparison", "a < b", "a >= b"),
        ("boolean", "not b == 2", "not not b == 2"),
        ("comparison", "b == 2", "b != 2"),
        ("constant", "2", "3"),
        ("return", "return -a * b", "return None"),
        ("arithmetic", "-a * b", "-a / b"),
        ("arithmetic", "-a", "+a"),
    ]


def test_every_mutant_differs_from_the_source_and_compiles() -> None:
    source = (AUDIT / "statistics" / "multiplicity.py").read_text("utf-8")
    found = list(mutants(source))
    assert len({mutant.source for mutant in found}) == len(found) > 15
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
        assert 1 <= mutant.line <= source.count("\n") + 1


@pytest.mark.parametrize("folder", ["statistics", "disclosure"])
def test_every_module_of_the_statistics_has_tests_to_notice_its_faults(folder: str) -> None:
    for module in (AUDIT / folder).glob("[!_]*.py"):
        tests = files_testing(module)
        assert tests, f"no test imports {module.name}: name its tests in benchmarks.mutation"
        for test in tests:
            assert (ROOT / test).is_file()

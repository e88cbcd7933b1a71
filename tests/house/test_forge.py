"""What the forge and the editor read from this repository, and what nobody may read in it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from labelcharter.registry.kinds import KINDS

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml"))
BUILT_IN = {
    **dict.fromkeys(WORKFLOWS, "vendor.github-workflows"),
    **dict.fromkeys(FORMS, "vendor.github-issue-forms"),
    GITHUB / "dependabot.yml": "vendor.dependabot",
}


def validate(file: Path, schema: str) -> int:
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(tool, capture_output=True, check=False).returncode


def rights_complaints(workflow: dict[Any, Any]) -> Iterator[str]:
    """What gives a workflow more rights, or other code, than it needs."""
    if workflow.get("permissions") != {"contents": "read"}:
        yield "the workflow's rights are not just: contents read"
    # PyYAML reads the key `on` as the boolean that YAML 1.1 makes of it
    if "pull_request_target" in str(workflow.get(True, workflow.get("on"))):
        yield "runs a stranger's pull request with this repository's rights"
    for name, job in workflow["jobs"].items():
        if "permissions" in job:
            yield f"{name} widens the rights"
        for step in job["steps"]:
            uses = step.get("uses", "")
            if uses and re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", uses) is None:
                yield f"{uses} is not pinned by commit"
            if "actions/checkout@" in uses and step["with"].get("persist-credentials") is not False:
                yield f"{name} leaves the token in the checkout"
            if "${{" in step.get("run", ""):
                yield f"{name} puts an expression into a shell command"


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: file.name)
def test_the_forge_accepts_the_file(file: Path) -> None:
    assert validate(file, BUILT_IN[file]) == 0


def test_a_form_with_a_misspelt_field_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "form.yml"
    broken.write_text(FORMS[0].read_text().replace("type: dropdown", "type: dropdwon", 1))
    assert validate(broken, "vendor.github-issue-forms") == 1


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_only_read_and_runs_only_pinned_actions(file: Path) -> None:
    assert list(rights_complaints(yaml.safe_load(file.read_text()))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("contents: read", "contents: write"),
        ("pull_request:", "pull_request_target:"),
        ("timeout-minutes: 15", "permissions: write-all"),
        ("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "v5"),
        ("persist-credentials: false", "persist-credentials: true"),
        ("run: bash .ci/run", "run: echo ${{ github.event.issue.title }}"),
    ],
)
def test_a_workflow_with_more_rights_is_refused(old: str, new: str) -> None:
    text = (GITHUB / "workflows" / "check.yml").read_text()
    assert old in text
    assert list(rights_complaints(yaml.safe_load(text.replace(old, new)))) != []


def fits(path: str, pattern: str) -> bool:
    """Does an editor's glob fit, in which * is one name?"""
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def test_the_editor_knows_exactly_one_schema_for_every_governed_yaml_file() -> None:
    mapping = json.loads((ROOT / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    assert [schema for schema in mapping if not (ROOT / schema).is_file()] == []
    homes = {home for kind in KINDS.values() for home in kind.homes if home.endswith(".yaml")}
    for home in {*homes, "labelcharter.yaml"}:
        path = home.replace("*", "some-name")
        schemas = [
            schema
            for schema, patterns in mapping.items()
            for pattern in ([patterns] if isinstance(patterns, str) else patterns)
            if fits(path, pattern)
        ]
        assert len(schemas) == 1, (path, schemas)


def home_paths(text: str) -> list[str]:
    """Absolute paths that tell whose machine, or which folder of it, a file was made on."""
    return re.findall(r"(?<![\w.~])/(?:home|Users)/[a-z][\w.-]*/|(?<![\w.~])/roo[t]/", text)


def test_no_tracked_file_holds_a_path_of_somebodys_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert len(files) > 50
    telling = [
        str(PurePosixPath(file.relative_to(ROOT)))
        for file in files
        if file.is_file()
        and file != Path(__file__)
        and (home_paths(text := file.read_text(errors="replace")) or f"{ROOT}/" in text)
    ]
    assert telling == []


@pytest.mark.parametrize(
    "text", ["at /home/somebody/main/x.py", "`/Users/somebody/x`", "/" + "root/x"]
)
def test_a_path_of_somebodys_machine_is_seen(text: str) -> None:
    assert home_paths(text) != []


@pytest.mark.parametrize("text", ["docs/home/page/", "the /home page", "site" + "/root" + "/"])
def test_a_path_that_tells_nothing_is_left_alone(text: str) -> None:
    assert home_paths(text) == []

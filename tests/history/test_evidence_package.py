"""`evidence` and `verify`: a package that is what it says, and every way in which one is not."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from builder import SETTINGS, Builder
from commands import Run, runner
from test_history_rules import DECISION, GATES, RECORD, decision, gate, record, stone

from labelcharter.history.archive import NotEvidence, packed, unpacked
from labelcharter.registry.schema_files import schema

Files = dict[str, bytes]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `labelcharter ARGUMENTS` in a folder: exit status, output, remarks."""
    return runner(monkeypatch, capsys)


@pytest.fixture
def governed(repository: Builder) -> Builder:
    """A gate by decision, and a record that it judges."""
    repository.commit({"labelcharter.yaml": SETTINGS, DECISION: decision("proposed")})
    repository.commit({DECISION: decision(affects="[gate.gap]")}, "Accept\n\nDecision: DEC-0001\n")
    repository.commit({GATES: gate("0.1")})
    repository.commit({RECORD: record("breached")})
    repository.check_out()
    return repository


@pytest.fixture
def package(governed: Builder, run: Run, tmp_path: Path) -> Path:
    """The evidence about the decision."""
    file = tmp_path / "e.tar"
    assert run(governed.root, "evidence", "DEC-0001", "--out", str(file))[0] == 0
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def verify(run: Run, empty: Path, package: Path, *more: str) -> tuple[int, dict[str, str]]:
    """Exit status, and the state of each thing that was looked at."""
    status, out, err = run(
        empty, "verify", str(package), "--format", "json", "--no-progress", *more
    )
    assert list(empty.iterdir()) == []
    if status == 2:
        return status, {"stopped": err}
    data = json.loads(out)
    jsonschema.validate(data, schema("output-verify"))
    return status, {entry["what"]: entry["state"] for entry in data["authentic"]}


def altered(package: Path, change: Mapping[str, bytes | None]) -> Path:
    """The package with files replaced or, with None, left out."""
    files: Files = unpacked(package)
    for name, content in change.items():
        if content is None:
            del files[name]
        else:
            files[name] = content
    package.write_bytes(packed(files, "evidence-DEC-0001", 0))
    return package


def resealed(package: Path, change: Mapping[str, bytes]) -> Path:
    """The package with files replaced and a manifest that says so: a forger's work."""
    import hashlib

    files = unpacked(package) | dict(change)
    manifest = json.loads(files["manifest.json"])
    for name, content in change.items():
        sum_ = hashlib.sha256(content).hexdigest()
        manifest["files"][name] = {"sha256": sum_, "bytes": len(content)}
    files["manifest.json"] = json.dumps(manifest).encode()
    package.write_bytes(packed(files, "evidence-DEC-0001", 0))
    return package


def test_a_package_is_verified_in_an_empty_folder(run: Run, empty: Path, package: Path) -> None:
    status, found = verify(run, empty, package)
    assert status == 0
    assert found == {
        "files": "holds",
        "git bundle": "holds",
        "head": "holds",
        "signature": "unchecked",
        "ledger": "holds",
        "contents": "holds",
    }


def test_an_unpacked_package_is_verified_too(
    run: Run, empty: Path, package: Path, tmp_path: Path
) -> None:
    with tarfile.open(package) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    assert verify(run, empty, tmp_path / "unpacked" / "evidence-DEC-0001")[0] == 0


def test_every_clone_makes_the_same_bytes(
    governed: Builder, run: Run, package: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "else where"
    governed.git("clone", "-q", str(governed.root), str(clone))
    (clone / "packed").mkdir()
    assert run(clone / "packed", "evidence", "DEC-0001", "--out", "e.tar")[0] == 0
    assert (clone / "packed" / "e.tar").read_bytes() == package.read_bytes()


def test_its_words_say_what_was_promised_and_which_limit_came_first(package: Path) -> None:
    report = unpacked(package)["report.txt"].decode()
    assert "REC-0001 by gate.gap: the threshold was committed 1 day before the record" in report
    assert "DEC-0001: A limit (accepted)" in report


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("ledger.jsonl", b"{}\n", "ledger"),
        ("thresholds.json", b"[]\n", "contents"),
        ("files/" + DECISION, b"another text\n", "copied files"),
        ("files/policies/invented.yaml", b"gates: []\n", "copied files"),
        ("history.bundle", b"# v2 git bundle\n", "git bundle"),
    ],
)
def test_a_forged_file_is_found_even_where_the_manifest_agrees(
    run: Run, empty: Path, package: Path, name: str, content: bytes, what: str
) -> None:
    status, found = verify(run, empty, resealed(package, {name: content}))
    assert (status, found[what], found["files"]) == (1, "fails", "holds")


@pytest.mark.parametrize("change", [{"report.txt": b"x"}, {"report.txt": None}, {"new": b"x"}])
def test_a_file_that_the_manifest_does_not_name_so_is_found(
    run: Run, empty: Path, package: Path, change: dict[str, bytes | None]
) -> None:
    status, found = verify(run, empty, altered(package, change))
    assert (status, found["files"]) == (1, "fails")


def test_the_first_altered_line_of_the_ledger_is_named(
    run: Run, empty: Path, package: Path
) -> None:
    ledger = unpacked(package)["ledger.jsonl"].replace(b"The limit is .1.", b"The limit is .9.")
    resealed(package, {"ledger.jsonl": ledger})
    _, out, _ = run(empty, "verify", str(package), "--no-progress")
    assert "ledger: line 2 is not what the history says" in out


def test_a_bit_that_flips_in_the_bundle_is_found(run: Run, empty: Path, package: Path) -> None:
    bundle = bytearray(unpacked(package)["history.bundle"])
    bundle[-40] ^= 1
    status, found = verify(run, empty, resealed(package, {"history.bundle": bytes(bundle)}))
    assert (status, found["git bundle"]) == (1, "fails")


def test_another_head_than_the_bundles_is_found(run: Run, empty: Path, package: Path) -> None:
    manifest = unpacked(package)["manifest.json"]
    head = json.loads(manifest)["head"].encode()
    altered(package, {"manifest.json": manifest.replace(head, b"0" * 40)})
    status, found = verify(run, empty, package)
    assert (status, found["head"]) == (1, "fails")


def test_history_must_have_grown_from_a_head_that_was_kept(
    governed: Builder, run: Run, empty: Path, package: Path
) -> None:
    older = governed.git("rev-parse", "main~2")
    assert verify(run, empty, package, "--head", older)[0] == 0
    status, found = verify(run, empty, package, "--head", "d" * 40)
    assert (status, found["growth since dddddddddddd"]) == (1, "fails")
    assert verify(run, empty, package, "--head", "main")[0] == 2


def test_a_lawful_rewrite_is_told_from_tampering(
    governed: Builder, run: Run, empty: Path, tmp_path: Path
) -> None:
    old, new = "d" * 40, governed.git("rev-parse", "main")
    text = decision(decides=f"{old} gives way to {new}.").replace("DEC-0001", "DEC-0002")
    governed.commit(
        {
            "docs/decisions/DEC-0002-erase.md": text,
            "policies/tombstones.yaml": stone(old, new).replace("DEC-0001", "DEC-0002"),
        }
    )
    governed.check_out()
    file = tmp_path / "after.tar"
    run(governed.root, "evidence", "DEC-0002", "--out", str(file))
    status, found = verify(run, empty, file, "--head", old)
    assert (status, found["growth since dddddddddddd"]) == (0, "reduced")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private ssh key; its public half beside it, and `signers` that trusts it."""
    file = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)], check=True
    )
    (tmp_path / "signers").write_text(f"seat.legal {file.with_suffix('.pub').read_text()}")
    return file


def test_a_signature_counts_by_the_keys_that_the_auditor_trusts(
    governed: Builder, run: Run, empty: Path, key: Path, tmp_path: Path
) -> None:
    file = tmp_path / "signed.tar"
    run(governed.root, "evidence", "DEC-0001", "--out", str(file), "--sign", str(key))
    signers = str(tmp_path / "signers")
    assert verify(run, empty, file)[1]["signature"] == "unchecked"
    status, found = verify(run, empty, file, "--signers", signers)
    assert (status, found["signature"]) == (0, "holds")
    (tmp_path / "others").write_text("")
    status, found = verify(run, empty, file, "--signers", str(tmp_path / "others"))
    assert (status, found["signature"]) == (1, "fails")
    manifest = unpacked(file)["manifest.json"]
    altered(file, {"manifest.json": manifest.replace(b'"tool_version": "', b'"tool_version": "9')})
    status, found = verify(run, empty, file, "--signers", signers)
    assert (status, found["signature"]) == (1, "fails")


def test_without_a_signature_an_auditor_who_asks_for_one_is_told(
    run: Run, empty: Path, package: Path, key: Path, tmp_path: Path
) -> None:
    status, found = verify(run, empty, package, "--signers", str(tmp_path / "signers"))
    assert (status, found["signature"]) == (1, "fails")


def test_a_key_that_cannot_sign_is_said_in_words(governed: Builder, run: Run) -> None:
    status, out, err = run(governed.root, "evidence", "DEC-0001", "--sign", "labelcharter.yaml")
    assert (status, out) == (2, "")
    assert "Give the file of a private ssh key" in err
    assert not (governed.root / "evidence-DEC-0001.tar").exists()


def test_an_unknown_element_gets_the_nearest_one(governed: Builder, run: Run) -> None:
    status, _, err = run(governed.root, "evidence", "gate.gapp")
    assert status == 2
    assert "did you mean `gate.gap`?" in err


def test_the_table_that_is_missing_is_named_with_how_to_obtain_it(
    run: Run, empty: Path, package: Path
) -> None:
    _, out, _ = run(empty, "verify", str(package), "--format", "json", "--no-progress")
    (table,) = json.loads(out)["not_recomputable"]
    assert (table["record"], table["state"]) == ("REC-0001", "unchecked")


def test_it_can_be_checked_by_hand_with_git_and_sha256sum_only(
    package: Path, tmp_path: Path
) -> None:
    with tarfile.open(package) as archive:
        archive.extractall(tmp_path, filter="data")
    script = (
        "set -e; sha256sum --quiet -c SHA256SUMS; git clone -q history.bundle history;"
        "git -C history fsck --full 2>/dev/null; git -C history rev-parse HEAD;"
        "tail -n 1 ledger.jsonl | sha256sum | cut -d' ' -f1"
    )
    folder = tmp_path / "evidence-DEC-0001"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"},
        capture_output=True,
        text=True,
        check=True,
    )
    manifest = json.loads((folder / "manifest.json").read_text())
    assert done.stdout.split() == [manifest["head"], manifest["ledger_root"]]


# What a stranger may put into a tar: its name, and what kind of entry it is.
HOSTILE = [
    ("evidence/../../escaped", tarfile.REGTYPE),
    ("/etc/escaped", tarfile.REGTYPE),
    ("evidence/a/../../escaped", tarfile.REGTYPE),
    ("evidence/.git/config", tarfile.REGTYPE),
    ("evidence/back\\slash", tarfile.REGTYPE),
    ("evidence/new\nline", tarfile.REGTYPE),
    ("evidence/link", tarfile.SYMTYPE),
    ("evidence/hard", tarfile.LNKTYPE),
    ("evidence/pipe", tarfile.FIFOTYPE),
    ("evidence/device", tarfile.CHRTYPE),
    ("loose", tarfile.REGTYPE),
    ("other/manifest2.json", tarfile.REGTYPE),
]


@pytest.mark.parametrize(("name", "kind"), HOSTILE, ids=[repr(name) for name, _ in HOSTILE])
def test_a_hostile_entry_is_refused_and_nothing_is_written(
    run: Run, empty: Path, package: Path, name: str, kind: bytes
) -> None:
    made = io.BytesIO(package.read_bytes())
    with tarfile.open(fileobj=made, mode="a") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry, io.BytesIO())
    package.write_bytes(made.getvalue())
    assert verify(run, empty, package)[0] == 2
    assert not (empty.parent / "escaped").exists()


def test_a_name_given_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "twice.tar"
    with tarfile.open(file, "w") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo("evidence/a"), io.BytesIO())
    with pytest.raises(NotEvidence, match="twice"):
        unpacked(file)


def test_a_symbolic_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "manifest.json").symlink_to("/etc/passwd")
    with pytest.raises(NotEvidence, match="no plain file"):
        unpacked(tmp_path / "package")


def test_what_is_compressed_or_no_tar_is_refused(run: Run, empty: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("evidence/manifest.json"), io.BytesIO())
    (tmp_path / "b.tar").write_bytes(b"no tar at all")
    for name in ("a.tar", "b.tar"):
        status, found = verify(run, empty, tmp_path / name)
        assert status == 2
        assert "cannot be read as an evidence package" in found["stopped"]


@pytest.mark.parametrize(
    "manifest",
    [
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"format_version": 1, "subject": "x", "head": 1, "folder": "", "ledger_root": ""}',
        b'{"format_version":1,"subject":"x","head":"0","folder":"../up","ledger_root":"","files":{}}',
    ],
)
def test_a_manifest_of_another_shape_is_refused(
    run: Run, empty: Path, package: Path, manifest: bytes
) -> None:
    assert verify(run, empty, altered(package, {"manifest.json": manifest}))[0] == 2


@pytest.mark.parametrize(
    "header",
    [
        b"# v2 git bundle\n-%h gone\n%h HEAD\n%h refs/heads/main\n\n",
        b"# v2 git bundle\n%h --upload-pack=touch${IFS}x\n%h refs/heads/main\n\n",
        b"# v3 git bundle\n@filter=blob:none\n%h HEAD\n%h refs/heads/main\n\n",
        b"# v2 git bundle\n%h HEAD\n%h refs/heads/../../x\n\n",
    ],
)
def test_a_bundle_with_any_other_header_is_refused(
    run: Run, empty: Path, package: Path, header: bytes
) -> None:
    bundle = unpacked(package)["history.bundle"]
    pack = bundle[bundle.index(b"\n\n") + 2 :]
    head = bundle[16:56]
    forged = header.replace(b"%h", head) + pack
    status, found = verify(run, empty, resealed(package, {"history.bundle": forged}))
    assert (status, found["git bundle"]) == (1, "fails")


def test_a_governed_folder_inside_a_larger_repository_is_verified(
    repository: Builder, run: Run, empty: Path, tmp_path: Path
) -> None:
    repository.commit(
        {"code.py": "1", "gov/labelcharter.yaml": SETTINGS, f"gov/{GATES}": gate("1")}
    )
    repository.check_out()
    file = tmp_path / "inner.tar"
    assert run(repository.root / "gov", "evidence", "gate.gap", "--out", str(file))[0] == 0
    assert verify(run, empty, file)[0] == 0

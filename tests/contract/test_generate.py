"""Runs of the generation as a whole, documents and all."""

import shutil
from pathlib import Path

import pytest

from proto.plugins.generate import check, generate
from tests.contract.conftest import GEN, ROOT

DEMO = (Path(__file__).parent / "golden" / "demo.proto").read_text()


def test_a_failed_run_leaves_the_old_files_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("proto", "services", "buf.yaml", "buf.gen.yaml"):
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (tmp_path / ".deps").symlink_to(ROOT / ".deps")
    (tmp_path / "gen").mkdir()
    (tmp_path / "gen" / "old.txt").write_text("old")
    broken = tmp_path / "proto" / "loanflow" / "demo" / "v1" / "demo.proto"
    broken.parent.mkdir(parents=True)
    broken.write_text(DEMO.replace("package demo.v1", "package loanflow.demo.v1").replace('"kyc", ', '"billing", '))
    assert generate(tmp_path) != 0
    assert (
        "proto/loanflow/demo/v1/demo.proto:31: loanflow.demo.v1.DemoService/Internal: caller 'billing'"
        in capfd.readouterr().err
    )
    assert [path.name for path in (tmp_path / "gen").iterdir()] == ["old.txt"]
    broken.unlink()
    assert generate(tmp_path) == 0
    assert (tmp_path / "gen" / "access.json").read_text() == (GEN / "access.json").read_text()
    assert not (tmp_path / "gen" / "old.txt").exists()


def test_what_is_stale_is_named_without_touching_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("proto", "services", "gen"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("buf.yaml", "buf.gen.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".deps").symlink_to(ROOT / ".deps")
    assert check(tmp_path) == 0
    table = tmp_path / "gen" / "access.json"
    table.write_text(table.read_text().replace("OFFICER", "ADMIN", 1))
    by_hand = table.read_text()
    journey = tmp_path / "proto" / "journey.yaml"
    journey.write_text(journey.read_text().replace("The customer applies", "The customer asks"))
    (tmp_path / "gen" / "loanflow" / "old_pb2.py").write_text("")
    assert check(tmp_path) == 1
    said = capfd.readouterr().out
    for file in ("gen/access.json", "gen/loanflow/old_pb2.py", "gen/load/README.md", "gen/load/journey.ts"):
        assert f"{file}:1: is not what proto/ makes: make gen, and commit it\n" in said
    assert table.read_text() == by_hand
    journey.write_text(journey.read_text().replace("ApplicationService_SubmitApplication", "ApplicationService_Send"))
    assert check(tmp_path) == 1
    assert "proto/journey.yaml: ApplicationService_Send is no operation of the contract" in capfd.readouterr().err

"""AWS: Terraform's lists are the project's, its sizes those of the capacity page, and what is missing is said."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.catalog import SERVICES
from stack import folders
from stack.aws import __main__ as command
from stack.aws import catalogue, check, costs, tool
from stack.mesh.places import PLACES
from stack.servers import kafka, redis

ROOT = folders.CHECKOUT / "stack" / "aws"
TERRAFORM = ROOT / "terraform"
MADE: dict[str, Any] = json.loads(catalogue.FILE.read_text())
CAPACITY = costs.CAPACITY.read_text()


def _sources() -> list[Path]:
    return sorted(path for path in TERRAFORM.rglob("*.tf") if ".terraform" not in path.parts)


def test_the_catalogue_is_what_the_project_says() -> None:
    assert catalogue.FILE.read_text() == catalogue.text(), "python -m stack.aws catalogue, and commit it"


def test_no_list_of_services_is_kept_twice() -> None:
    names = {each.name for each in SERVICES} | {each.name for each in PLACES}
    quoted = re.compile(rf'"(?:loanflow-)?({"|".join(sorted(names))})"')
    said = {(str(path), name) for path in _sources() for name in quoted.findall(path.read_text())}
    assert not said, "the catalogue has them"


def test_secrets_are_those_of_the_page_of_the_platform() -> None:
    page = (folders.CHECKOUT / "docs" / "platform.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` \| `[\w-]+` \| `\w+` \| (.*) \|$", page, re.M)
    assert {role: set(re.findall(r"`([\w-]+)`", fields)) for role, fields in rows} == {
        role: set(fields) for role, fields in MADE["secrets"].items()
    }


def test_buckets_and_accounts_are_those_of_the_page_of_the_platform() -> None:
    page = (folders.CHECKOUT / "docs" / "platform.md").read_text()
    keepers = set(re.findall(r"access key `loanflow-([\w-]+)` at S3", page))
    assert keepers == set(MADE["accounts"]) - {"operator"}
    assert {f"loanflow-{name}" for name in keepers if not name.endswith("-bootstrap")} | {"loanflow-audit-anchors"} == {
        each["name"] for each in MADE["buckets"].values()
    }
    assert [name for name, each in MADE["buckets"].items() if each["retention_days"]] == ["anchors"]
    # The job asks for ten years of 366 days.
    assert MADE["buckets"]["anchors"]["retention_days"] == 3660


def test_a_region_that_nobody_has_placed_is_refused() -> None:
    assert catalogue.area("eu-west-3") == "EU"
    for region in ("eu-west-2", "eu-central-2", "ap-south-1"):
        with pytest.raises(KeyError, match=region):
            catalogue.area(region)


def test_what_the_emulator_does_not_keep_is_of_a_module() -> None:
    overrides = {path.stem: path.read_text() for path in check.OVERRIDES.glob("*.tf")}
    assert overrides.keys() <= {path.name for path in (TERRAFORM / "modules").iterdir()}
    for name, text in overrides.items():
        made = set(
            re.findall(r'^resource "(\w+)" "(\w+)"', (TERRAFORM / "modules" / name / "main.tf").read_text(), re.M)
        )
        assert set(re.findall(r'^resource "(\w+)" "(\w+)"', text, re.M)) <= made
        # It changes nothing that is made.
        assert set(re.findall(r"^    (\w+) =", text, re.M)) == {"ignore_changes"}


def test_each_place_has_its_sizes() -> None:
    files = {path.stem: path.read_text() for path in (TERRAFORM / "places").glob("*.tfvars")}
    assert files.keys() == {each.name for each in PLACES}
    assert {name: _value(text, "place") for name, text in files.items()} == {name: f'"{name}"' for name in files}


def test_the_outputs_name_what_the_platform_reads() -> None:
    platform = yaml.safe_load((folders.CHECKOUT / "k8s" / "base" / "platform.yaml").read_text())["data"]
    named = set(re.findall(r"LOANFLOW_\w+", (TERRAFORM / "outputs.tf").read_text())) - {"LOANFLOW_OBJECTS_BUCKET"}
    assert named <= platform.keys()
    placed = {key for key in platform if key.endswith("_REGION")} | {"LOANFLOW_SERVER_RESIDENCY"}
    assert placed <= named, "a service with a store elsewhere than it may be does not start"


def test_the_bus_and_the_cache_are_as_on_the_local_stack() -> None:
    bus = (TERRAFORM / "modules" / "bus" / "main.tf").read_text()
    said = dict(re.findall(r"^    ([a-z.]+)=(\S+)$", bus, re.M))
    local = Path(kafka.__file__).read_text()
    assert {"auto.create.topics.enable", "min.insync.replicas", "log.retention.ms"} <= said.keys()
    assert '"log.retention.ms": -1' in local and said["log.retention.ms"] == "-1"
    assert "acknowledging = 2 if copies > 1" in local and said["min.insync.replicas"] == "2"
    [rights] = re.findall(r'access_string = "on (.*)"', (TERRAFORM / "modules" / "cache" / "main.tf").read_text())
    assert rights in Path(redis.__file__).read_text()


@pytest.mark.parametrize("volume", costs.VOLUMES)
def test_places_are_as_large_as_the_figures_say(volume: str) -> None:
    text = (TERRAFORM / "places" / f"{costs.PLACES[volume]}.tfvars").read_text()
    apart = volume == costs.VOLUMES[-1]
    need = costs.sizes(costs.load(volume, CAPACITY), apart=apart)
    assert _value(text, "each_service") == str(apart).lower()
    assert re.findall(r'class += "(.*?)"', text) == [
        f"{need.postgres[0]}", need.documents[0], need.brokers[0], need.cache, need.search[0], need.nodes[0]
    ]  # fmt: skip
    assert int(_value(text, "fewest")) == need.nodes[1]
    assert int(_value(text, "brokers")) == need.brokers[1]
    assert int(_value(text, "most_gigabytes")) >= need.postgres_gigabytes
    [disk] = re.findall(r"brokers = \d+, gigabytes = (\d+)", text)
    assert int(disk) >= need.broker_gigabytes


def test_the_costs_are_those_of_the_capacity_page() -> None:
    page = costs.PAGE.read_text()
    assert page == costs.written(page), "python -m stack.aws costs, and commit it"
    assert costs.PRICED in page


def test_costs_follow_the_figures() -> None:
    few = costs.load("10,000", CAPACITY)
    before = {part: price for part, _, price in costs.lines(few, costs.sizes(few, apart=False))}
    more = costs.load("10,000", CAPACITY.replace("| cores of PostgreSQL | 0.7 |", "| cores of PostgreSQL | 2.7 |"))
    after = {part: price for part, _, price in costs.lines(more, costs.sizes(more, apart=False))}
    assert after["RDS PostgreSQL, two zones"] > before["RDS PostgreSQL, two zones"]
    assert after["MSK"] == before["MSK"]
    with pytest.raises(KeyError):
        costs.load("10,000", CAPACITY.replace("cores of Kafka", "cores of the bus"))


def test_without_terraform_the_check_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(tool.Missing, match="neither terraform nor tofu is installed"):
        tool.found(tmp_path, {"PATH": str(tmp_path)})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command.main(["check"]) == 0
    assert capsys.readouterr().out == "skipped: neither terraform nor tofu is installed, 1.10 or newer\n"


def test_what_is_wrong_fails_the_check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise tool.CheckError("terraform fmt ended with 3")

    monkeypatch.setattr(check, "check", refuse)
    assert command.main(["check"]) == 1
    assert capsys.readouterr().err == "error: terraform fmt ended with 3\n"


def test_the_provider_is_looked_for_where_terraform_does(tmp_path: Path) -> None:
    home, system = tmp_path / "home", tmp_path / "system"
    environment = {"HOME": str(home)}
    assert tool.mirror(environment, system) is None
    shared = system / "usr" / "local" / "share" / "terraform" / "plugins"
    for place in (system / "opt" / "mirror", shared, home / ".terraform.d" / "plugins"):
        (place / tool.PROVIDER).mkdir(parents=True)
        assert tool.mirror(environment, system) == place
    named = tmp_path / "named"
    with pytest.raises(tool.Missing, match="LOANFLOW_TERRAFORM_MIRROR is"):
        tool.mirror({**environment, "LOANFLOW_TERRAFORM_MIRROR": str(named)}, system)
    (named / tool.PROVIDER).mkdir(parents=True)
    assert tool.mirror({**environment, "LOANFLOW_TERRAFORM_MIRROR": str(named)}, system) == named


def test_what_terraform_refuses_ends_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "terraform"
    program.write_text('#!/bin/sh\necho "Error: $1 $AWS_ACCESS_KEY_ID"\nexit 3\n')
    program.chmod(0o755)
    terraform = tool.Terraform(str(program), None, tmp_path / "kept")
    with pytest.raises(tool.CheckError, match="terraform validate ended with 3"):
        terraform.run(tmp_path, "validate")
    # No key of the machine's: it could not reach an account.
    assert "Error: validate none" in capsys.readouterr().out
    assert terraform.run(tmp_path, "plan", fine=(3,)) == "Error: plan none\n"


def _value(text: str, name: str) -> str:
    [value] = re.findall(rf"\b{name} += ([^\s,]+)", text)[:1]
    return str(value)

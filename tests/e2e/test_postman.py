"""The generated Postman collection, run by newman: it walks one loan's life at the edge."""

import json
import subprocess
from pathlib import Path

import pytest

from proto.plugins.postman import PostmanError, finish
from stack import folders
from stack.demo.papers import paper
from stack.layout import Layout

POSTMAN = Path(__file__).resolve().parents[2] / "gen" / "postman"
NAME = "One loan's life"


def test_newman_walks_one_loans_life(layout: Layout, url: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    variables = {
        "baseUrl": url,
        "password": layout.secret_file("admin-password").read_text().strip(),
        "paper": str(paper(tmp_path, "paper", "Ada Lovelace")),
    }
    command = [
        str(folders.node_packages() / "node_modules" / ".bin" / "newman"), "run", str(POSTMAN / "collection.json"),
        "--environment", str(POSTMAN / "environment.json"), "--folder", NAME, "--bail", "--delay-request", "50",
        "--working-dir", str(tmp_path), "--color", "off", "--reporters", "cli,json",
        "--reporter-json-export", str(report),
    ]  # fmt: skip
    for name, value in variables.items():
        command += ["--env-var", f"{name}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
    walked = {each["item"]["name"] for each in json.loads(report.read_text())["run"]["executions"]}
    collection = json.loads((POSTMAN / "collection.json").read_text())
    told = next(folder["item"] for folder in collection["item"] if folder["name"] == NAME)
    assert {step["name"] for step in told} == walked


def test_the_sign_in_keeps_the_token_that_the_collection_sends() -> None:
    collection = json.loads((POSTMAN / "collection.json").read_text())
    assert collection["auth"]["bearer"][0]["value"] == "{{token}}"
    (sign_in,) = collection["item"][0]["item"]
    script = "\n".join(sign_in["event"][0]["script"]["exec"])
    assert 'pm.environment.set("token", read.get(answer, "tokens.accessToken"));' in script


def test_a_step_that_the_contract_does_not_have_is_refused() -> None:
    life = {"name": "L", "sign_in": {"name": "x", "call": "No_Such"}, "staff": {"parts": {}}, "steps": []}
    with pytest.raises(PostmanError, match="No_Such is no operation of the contract"):
        finish({"item": [], "info": {"schema": ""}}, {"paths": {}, "info": {"title": "", "description": ""}}, life)

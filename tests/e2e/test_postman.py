"""The generated Postman collection, run by newman: it walks one loan's journey at the edge, part after part."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proto.plugins import journey
from proto.plugins.postman import PostmanError, finish
from stack import folders
from stack.demo.documents import sample_pdf
from stack.demo.mailbox import Mailbox
from stack.demo.registration import SUBJECT
from stack.demo.staff import INVITED, Staff, credentials
from stack.layout import Layout

ROOT = Path(__file__).resolve().parents[2]
POSTMAN = ROOT / "gen" / "postman"
COLLECTION = json.loads((POSTMAN / "collection.json").read_text())
JOURNEY = journey.read(ROOT / "proto" / "journey.yaml")


def newman(folder: str, environment: Path, here: Path, **variables: str) -> Counter[str]:
    """Runs one folder of the collection, and writes the environment as it is then; how often each was asked."""
    report = here / "report.json"
    command = [
        str(folders.node_packages() / "node_modules" / ".bin" / "newman"), "run", str(POSTMAN / "collection.json"),
        "--environment", str(environment), "--export-environment", str(here / "walked.json"),
        "--folder", folder, "--bail", "--working-dir", str(here), "--color", "off",
        "--reporters", "cli,json", "--reporter-json-export", str(report),
    ]  # fmt: skip
    for name, value in variables.items():
        command += ["--env-var", f"{name}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:]
    return Counter(each["item"]["name"] for each in json.loads(report.read_text())["run"]["executions"])


def steps(folder: str) -> list[dict[str, Any]]:
    """What the collection has in this folder."""
    found: list[dict[str, Any]] = next(each["item"] for each in COLLECTION["item"] if each["name"] == folder)
    return found


def variable(environment: Path, name: str) -> str:
    """A variable of an exported environment."""
    values = json.loads(environment.read_text())["values"]
    return next(str(each["value"]) for each in values if each["key"] == name)


def invitations(mails: Path, variable: Callable[[str], str]) -> dict[str, str]:
    """The tokens that the staff were mailed, by their variables."""
    people = JOURNEY["staff"]["roles"]
    return {f"{each}Invitation": Mailbox(mails, variable(f"{each}Email")).token(INVITED) for each in people}


def test_newman_walks_one_loans_journey(layout: Layout, url: str, staff: Staff, tmp_path: Path) -> None:
    until_invited, until_confirmed, until_signed, to_the_end = journey.parts(JOURNEY)
    here, walked = str(sample_pdf(tmp_path, "paper", "Ada Lovelace")), tmp_path / "walked.json"
    environment = POSTMAN / "environment.json"
    asked = newman(until_invited.name, environment, tmp_path, baseUrl=url, paper=here, **credentials(layout))
    assert asked.keys() == {step["name"] for step in steps(until_invited.name)}

    tokens = invitations(layout.mails, lambda name: variable(walked, name))
    asked = newman(until_confirmed.name, walked, tmp_path, **tokens)
    assert asked.keys() == {step["name"] for step in steps(until_confirmed.name)}

    mailbox = Mailbox(layout.mails, variable(walked, "customerEmail"))
    asked = newman(until_signed.name, walked, tmp_path, confirmation=mailbox.token(SUBJECT))
    assert asked.keys() == {step["name"] for step in steps(until_signed.name)}

    asked = newman(to_the_end.name, walked, tmp_path, code=mailbox.code())
    assert asked.keys() == {step["name"] for step in steps(to_the_end.name)}
    (pays,) = (step["name"] for step in steps(to_the_end.name) if step["request"]["url"].endswith("/api/v1/payments"))
    assert asked[pays] == 2


def test_the_sign_in_keeps_the_token_that_the_collection_sends() -> None:
    assert COLLECTION["auth"]["bearer"][0]["value"] == "{{token}}"
    *_, last = steps("Sign in")
    script = "\n".join(last["event"][0]["script"]["exec"])
    assert 'pm.environment.set("token", read.get(answer, "tokens.accessToken"));' in script


def test_a_step_that_the_contract_does_not_have_is_refused() -> None:
    said = {
        "sign_in": [{"name": "x", "call": "No_Such"}],
        "staff": {"approver": [{"name": "x", "call": "No_Such"}], "roles": {}},
        "parts": [],
    }
    with pytest.raises(PostmanError, match="No_Such is no operation of the contract"):
        finish({"item": [], "info": {"schema": ""}}, {"paths": {}, "info": {"title": "", "description": ""}}, said)

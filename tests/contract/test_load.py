"""gen/load against the contract: what is made is whole, up to date and typed, and what does not fit is refused."""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from proto.plugins.journey import read
from proto.plugins.load import LoadError, generate, paper
from proto.plugins.load.checked import problems
from proto.plugins.load.plan import planned
from proto.plugins.load.script import script
from services.runtime.files.inspection import inspected
from stack import folders
from tests.contract.conftest import GEN, ROOT

Json = dict[str, Any]
LOAD, JOURNEY = GEN / "load", ROOT / "proto" / "journey.yaml"
SCRIPT, PAGE = ((LOAD / name).read_text() for name in ("journey.ts", "README.md"))


@pytest.fixture(scope="module")
def document() -> Json:
    """gen/openapi.yaml."""
    found: Json = yaml.load((GEN / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    return found


def test_it_is_what_the_journey_and_the_contract_make(tmp_path: Path) -> None:
    for name in ("once", "again"):
        generate(GEN / "openapi.yaml", JOURNEY, tmp_path / name)
        made = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        assert made == {path.name: path.read_bytes() for path in LOAD.iterdir()}, "make gen, and commit it"


def test_every_operation_that_is_named_is_there(document: Json) -> None:
    known = {each["operationId"]: (verb, path) for path, item in document["paths"].items()
             for verb, each in item.items()}  # fmt: skip
    named = set(re.findall(r'"(\w+Service_\w+)"', SCRIPT)) | set(re.findall(r"`(\w+Service_\w+)`", PAGE))
    assert len(named) > 10
    assert named <= known.keys()
    told = re.findall(r'  (\w+): \{ method: "(\w+)", path: "([^"]+)"', SCRIPT)
    assert {name for name, _, _ in told} == named, "gen/load/journey.ts:1: calls other operations than it names"
    assert all(known[name] == (verb.lower(), path) for name, verb, path in told)
    targets = re.findall(r'target\("(\w+)"; "((?:[^"\\]|\\\(variable\("\w+"\)\))+)"', (LOAD / "targets.jq").read_text())
    assert len(targets) == 7
    for verb, path in targets:
        assert (verb.lower(), re.sub(r'\\\(variable\("(\w+)"\)\)', r"{\1}", path)) in known.values()


def test_every_step_of_a_customers_is_walked_or_left_out_for_a_reason() -> None:
    steps = [step for part in read(JOURNEY)["parts"] for step in part["steps"]]
    customers = [step["name"] for step in steps if step.get("as", "customerToken") == "customerToken"]
    walked = re.findall(r"^\d+\. (.+): `\w+`$", PAGE, re.MULTILINE)
    left = dict(re.findall(r"^- ([^`:]+): (.+)$", PAGE, re.MULTILINE))
    (signs_in,) = (step["name"] for step in steps if "customerToken" in step.get("keep", {}))
    assert [*walked, signs_in] == [*dict.fromkeys([*walked, signs_in])]
    assert not set(walked) & left.keys()
    assert {*walked, *left, signs_in} == set(customers), (
        "proto/journey.yaml:1: a customer's step is in no list: make gen"
    )
    assert walked == [each for each in customers if each in walked]
    assert walked[-1] == "The customer submits"
    assert all(f"// - {name}: {why}.\n" in SCRIPT for name, why in left.items())


def test_the_compiler_finds_nothing() -> None:
    assert problems(LOAD, folders.node_packages()) == ""


# What is made wrong in a copy, and what the compiler says.
WRONG = [
    ("monthlyDebts: {", "monthlyDebt: {", "'monthlyDebt' does not exist in type 'CreateApplicationRequest'"),
    ("answer?.checklist?.complete", "answer?.checklist?.completed", "Property 'completed' does not exist on type"),
    ('SubmitKyc", { customer_id:', 'SubmitKyc", { id:', "'id' does not exist in type"),
    ("maxVUs: walkers", "mostVUs: walkers", "'mostVUs' does not exist in type"),
    ("http.expectedStatuses(", "http.expectedStatus(", "Property 'expectedStatus' does not exist on type"),
    ("DocumentService_UploadDocument: {", "DocumentService_UploadDocuments: {", "'DocumentService_UploadDocuments'"),
]  # fmt: skip


def test_the_compiler_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = Path(shutil.copytree(LOAD, tmp_path / "load"))
    text = SCRIPT
    for old, new, _ in WRONG:
        assert old in text, old
        text = text.replace(old, new)
    (wrong / "journey.ts").write_text(text)
    said = problems(wrong, folders.node_packages())
    for _, _, each in WRONG:
        assert each in said, said


def _step(journey: Json, name: str) -> Json:
    found: Json = next(step for part in journey["parts"] for step in part["steps"] if step["name"] == name)
    return found


def _keeps_what_is_not_there(journey: Json) -> None:
    _step(journey, "The customer applies")["keep"] = {"application_id": "application.id"}


def _awaits_what_is_not_there(journey: Json) -> None:
    _step(journey, "Nothing is missing any more")["until"] = {"checklist.whole": True}


def _calls_what_is_not_there(journey: Json) -> None:
    _step(journey, "The customer submits")["call"] = "ApplicationService_Send"


def _needs_what_nobody_keeps(journey: Json) -> None:
    _step(journey, "The customer applies")["keep"] = {}


def _sends_a_file_to_what_takes_none(journey: Json) -> None:
    _step(journey, "The customer submits")["file"] = "{{paper}}"


def _asks_for_a_code(journey: Json) -> None:
    _step(journey, "The customer submits")["totp"] = {"code": "secret"}


def _reads_by_writing(journey: Json) -> None:
    journey["mix"]["reads"].append("ApplicationService_SubmitApplication")


def _creates_what_no_customer_does(journey: Json) -> None:
    journey["mix"]["create"] = "KycService_Assign"


def _signs_nobody_in(journey: Json) -> None:
    _step(journey, "The customer signs in")["keep"] = {}


REFUSED = [
    (_keeps_what_is_not_there, "The customer applies: the answer of ApplicationService_CreateApplication has no app"),
    (_awaits_what_is_not_there, "the answer of DocumentService_GetChecklist has no checklist.whole"),
    (_calls_what_is_not_there, "ApplicationService_Send is no operation of the contract"),
    (_needs_what_nobody_keeps, "The checklist is there: no step of the customer's before keeps application_id"),
    (_sends_a_file_to_what_takes_none, "The customer submits: ApplicationService_SubmitApplication takes no file"),
    (_asks_for_a_code, "The customer submits: load scripts know no totp"),
    (_reads_by_writing, "ApplicationService_SubmitApplication of the mix reads nothing"),
    (_creates_what_no_customer_does, "KycService_Assign of the mix is not one step of a customer's, alone"),
    (_signs_nobody_in, "no step keeps customerToken, so no customer signs in"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REFUSED, ids=[row[0].__name__[1:] for row in REFUSED])
def test_what_does_not_fit_is_refused(change: Callable[[Json], None], said: str, document: Json) -> None:
    journey = copy.deepcopy(read(JOURNEY))
    change(journey)
    with pytest.raises(LoadError, match=f"^proto/journey.yaml: .*{re.escape(said)}"):
        script(planned(journey, document), document["components"]["schemas"])


def test_the_page_to_upload_is_a_pdf_that_is_accepted() -> None:
    content = paper.sample().encode("ascii")
    assert b"".join(inspected([content], "application/pdf", "somebody")) == content
    assert json.dumps(paper.sample()) in SCRIPT

"""Nothing personal stands in clear in anything that the platform writes, before an erasure and after it.

One person goes the whole way, with refusals and mistakes on it, and is looked for everywhere in every written form.
"""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services import catalog
from stack import pki
from stack.demo.api import Refused, Session
from stack.demo.applicants import Applicant
from stack.demo.journey import LoanJourney
from stack.demo.registration import CONFIRM, confirm
from stack.demo.staff import Staff
from stack.layout import Layout
from tests.e2e.conftest import ROOT, applicants, client, layout, reference, staff, url
from tests.e2e.reference import Reference
from tests.e2e.test_dynamic_settings import settings
from tests.fakes.collector import Collector, collecting
from tests.fakes.files import holding
from tests.security.sinks import copy_out, forms, search
from tests.waiting import until

__all__ = ["applicants", "client", "layout", "reference", "staff", "url"]
# Where what is personal may stand in clear, and why.
ALLOWED = {
    "mail/": "the mails that the customer is sent, in the stand-in of a mail server",
    "bank/": "the account to which the bank pays, in the stand-in of the bank",
}
# What each service is to give back of the person: the texts are kept, and not just lost.
EXPORTED = {
    "full_name", "email", "phone", "national_id", "street", "birth_date", "employer", "iban", "purpose", "project",
    "description", "file_name", "question", "answer", "kyc_reason", "risk_reason", "conditions", "comment", "reference",
}  # fmt: skip


def seeds() -> dict[str, str]:
    """The personal texts, each unlike anything else on the stack."""

    def own() -> str:
        return secrets.token_hex(4)

    account = f"{secrets.randbelow(10**18):018}"
    checksum = 98 - int(f"{account}131400") % 97
    return {
        "full_name": f"Zsófia Q{own()}-Öberg", "email": f"zq.{own()}@customer.example",
        "phone": f"+49151{secrets.randbelow(10**8):08}", "national_id": f"L{own().upper()}",
        "street": f"Käthe-Niederkirchner-Straße {own()}",
        # Earlier than those of the stack's list of sanctions, which has half the days there are.
        "birth_date": f"19{28 + secrets.randbelow(9)}-02-2{secrets.randbelow(9)}",
        "employer": f"Spreewerk {own()} GmbH", "iban": f"DE{checksum:02}{account}",
        "password": f"correct horse {own()}",
        "purpose": f"Wheelchair ramp {own()} for my mother", "project": f"Ramp at {own()}",
        "description": f"Her diagnosis {own()} of last spring", "file_name": f"passport of Zsófia {own()}.pdf",
        "document_number": f"C01X{own()}00T47", "question": f"Who is Mrs {own()} in your statement?",
        "answer": f"My divorced wife {own()}, who pays half", "kyc_reason": f"Known from case {own()} of 2019",
        "risk_reason": f"Income of {own()} is seasonal", "conditions": f"Guarantee of brother {own()} required",
        "comment": f"Seen the garnishment {own()} as well", "reference": f"from aunt {own()}",
    }  # fmt: skip


class Person(LoanJourney):
    """The journey with the person's own texts, and calls on the way that are refused."""

    texts: dict[str, str]

    def live(self, texts: dict[str, str]) -> None:
        """Goes on to the last payment."""
        self.texts, self.email = texts, texts["email"]
        self._enter()
        self._apply()
        self.upload_documents()
        self._upload(holding(texts["document_number"].encode()))
        self.customer.post(f"/api/v1/applications/{self.application_id}/submit")
        self._review()
        self.wait("RISK_ASSESSED")
        risk = {"decision": "RISK_DECISION_APPROVED", "reason": texts["risk_reason"]}
        self._staff(self.staff.risk_manager, "risk", "decision", risk)
        self._offer()
        self._staff(self.staff.officer, "approval", "submit", {})
        deciders = (self.staff.internal, self.staff.manager, self.staff.credit_head)
        for level, decider in zip(("internal", "management", "final"), deciders, strict=True):
            self._staff(decider, "approval", level, {"approve": True, "comment": texts["comment"]})
        self.sign()
        schedule = self._patiently(f"/api/v1/activation/{self.loan_id}/schedule")["schedule"]
        self.pay(schedule["instalments"][0]["total"], texts["reference"])
        self.pay(self._patiently(f"/api/v1/payments/{self.loan_id}/payoff")["payoff"]["total"], texts["reference"])
        self.wait("CLOSED")

    def _enter(self) -> None:
        texts = self.texts
        form = {name: texts[key] for name, key in (("email", "email"), ("fullName", "full_name"), ("phone", "phone"))}
        self._refused(self.edge, "/api/v1/customers/register", {**form, "password": texts["email"]})
        self.edge.post("/api/v1/customers/register", {**form, "password": texts["password"]})
        self.edge.post("/api/v1/customers/register", {**form, "password": texts["password"]})
        self._refused(
            self.edge,
            CONFIRM,
            {"confirmationToken": f"a token of {texts['document_number']}", "password": texts["password"]},
        )
        confirm(self.edge, self.mail_folder, texts["email"], texts["password"])
        self.edge.post("/api/v1/customers/register", {**form, "password": texts["password"]})
        self._refused(self.edge, "/api/v1/auth/login", {"email": texts["email"], "password": texts["document_number"]})
        self.customer = self.edge.sign_in(texts["email"], texts["password"])
        details = {
            "nationalId": texts["national_id"], "birthDate": texts["birth_date"], "nationality": "DE",
            "address": {"street": texts["street"], "city": "Berlin", "postalCode": "10117", "country": "DE"},
            "employer": texts["employer"], "monthlyIncome": self.money(self.applicant.monthly_income),
            "payoutIban": texts["iban"],
        }  # fmt: skip
        path = f"/api/v1/customers/{self.customer.account_id}/kyc"
        with suppress(Refused):
            self.customer.put(path, {"kyc": {**details, "nationality": texts["employer"]}})
        with suppress(Refused):
            # By mistake in the query, and as a name that nothing has.
            self.customer.get(path, email=texts["email"], iban=texts["iban"])
        with suppress(Refused):
            self.customer.put(path, {"kyc": {**details, texts["street"]: texts["iban"], "birthDate": "2029-02-30"}})
        self.customer.put(path, {"kyc": details})

    def _apply(self) -> None:
        texts, who = self.texts, self.applicant
        project = {"name": texts["project"], "description": texts["description"], "cost": self.money(who.amount * 2)}
        form = {
            "customerId": self.customer.account_id, "project": project, "facilityType": who.facility_type,
            "amount": self.money(who.amount), "tenureMonths": who.tenure_months, "purpose": texts["purpose"],
            "monthlyIncome": self.money(who.monthly_income), "monthlyDebts": self.money(who.monthly_debts),
            "collateralValue": self.money(who.collateral_value),
        }  # fmt: skip
        self._refused(self.customer, "/api/v1/applications", {**form, "facilityType": texts["purpose"]})
        self._refused(self.customer, "/api/v1/applications", {**form, "purpose": texts["purpose"] * 200})
        self.application_id = self.customer.post("/api/v1/applications", form)["application"]["applicationId"]

    def _upload(self, content: bytes) -> None:
        file = self.folder / self.texts["file_name"]
        form = {"application_id": self.application_id, "type": "DOCUMENT_TYPE_IDENTITY"}
        for refused, kept in ((True, b"no PDF: " + content[8:]), (False, content)):
            file.write_bytes(kept)
            try:
                self.customer.upload("/api/v1/documents/upload", file, form)
            except Refused:
                assert refused

    def _review(self) -> None:
        review = f"/api/v1/kyc/{self.application_id}"
        self._staff(self.staff.kyc_manager, "kyc", "assign", {"officerId": self.staff.kyc_officer.account_id})
        need = {"need": "INFORMATION_NEED_OTHER", "message": self.texts["question"]}
        self.staff.kyc_officer.post(f"{review}/information", need)
        self.wait("INFORMATION_REQUESTED")
        self.customer.post(f"{review}/information/answer", {"answer": self.texts["answer"]})
        self.wait("KYC_REVIEW")
        self._verify("PASSED")
        form = {"customerApproved": True, "projectApproved": True, "reason": self.texts["kyc_reason"]}
        self._staff(self.staff.kyc_manager, "kyc", "decision", form)

    def _offer(self) -> None:
        self._staff(self.staff.officer, "discussion", "start", {})
        terms = {
            "principal": self.money(self.applicant.amount), "annualRatePercent": str(self.applicant.rate_percent),
            "tenureMonths": self.applicant.tenure_months, "frequency": "REPAYMENT_FREQUENCY_MONTHLY",
            "method": "REPAYMENT_METHOD_ANNUITY",
        }  # fmt: skip
        until_when = (datetime.now(UTC) + timedelta(days=14)).isoformat().replace("+00:00", "Z")
        form = {"terms": terms, "expireTime": until_when, "conditions": self.texts["conditions"]}
        self.offer = self._staff(self.staff.officer, "discussion", "offer", form)["offer"]
        self.wait("OFFER_SENT")
        self.accept()

    def _refused(self, who: Session, path: str, form: dict[str, Any]) -> None:
        with pytest.raises(Refused):
            who.post(path, form)


@pytest.fixture
def collector(layout: Layout, tmp_path: Path) -> Iterator[Collector]:
    """Where the stack sends its traces, each one from now on."""
    pki.issue(tmp_path / "leaves", pki.load_authority(layout.pki), "collector")
    with collecting(layout.ports.of("collector"), tmp_path / "leaves" / "collector") as (found, _):
        settings(layout, "set", "trace_ratio", "1", "--why", "what is personal is looked for in every trace")
        yield found
        settings(layout, "set", "trace_ratio", "default", "--why", "it was looked for")


def found_in_clear(layout: Layout, collector: Collector, texts: dict[str, str], folder: Path) -> list[str]:
    """Every place that has one of the texts, and is not to."""
    counted = copy_out(layout, folder / "copied")
    until(lambda: collector.services() >= set(catalog.BY_NAME), lambda: f"traces, there are {collector.services()}")
    (folder / "copied" / "traces").write_bytes(b"".join(each.SerializeToString() for each in collector.received))
    assert counted.keys() == {kind for kind, count in counted.items() if count}, (
        f"nothing was read of a kind: {counted}"
    )
    assert counted["metrics"] == len(catalog.SERVICES) and counted["processes"] > len(catalog.SERVICES)
    places = [("copied", folder / "copied"), ("state", layout.state)]
    hits = [(f"{name}/{path}", what) for name, where in places for path, what in search(where, texts, folder / "forms")]
    allowed = {f"state/{prefix}" for prefix in ALLOWED}
    assert any(path.startswith("state/mail/") for path, _ in hits), "the search does not find what is in the mails"
    return [f"{path}: {what}" for path, what in hits if not path.startswith(tuple(allowed))]


def exported(layout: Layout, person: str) -> str:
    """What all services keep about the person, by the command for requests of access."""
    command = [sys.executable, "-m", "stack", "--base", str(layout.base), "privacy", "export", person]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, env={**os.environ})
    return json.dumps(json.loads(done.stdout), ensure_ascii=False)


def left(layout: Layout, texts: dict[str, str], person: str) -> list[str]:
    """What is still there of the texts that no law wants."""
    kept = exported(layout, person)
    return [name for name in ("phone", "email", "employer", "iban", "file_name") if texts[name] in kept]


@pytest.fixture
def journey(
    layout: Layout, url: str, reference: Reference, staff: Staff, applicants: list[Applicant], tmp_path: Path
) -> Iterator[Person]:
    """A journey that has not begun; what it makes locally is no part of the platform.

    The person calls from an address of their own: those before have used up the share of sign-ins of everybody's.
    """
    with httpx.Client(
        timeout=30,
        transport=httpx.HTTPTransport(local_address="127.0.33.1"),
        event_hooks={"response": [reference.judge]},
    ) as made:
        yield Person(Session(url, client=made), staff, applicants[0], tmp_path / "own", layout.mails)


def test_nothing_personal_is_in_clear_in_any_sink(
    journey: Person, layout: Layout, collector: Collector, tmp_path: Path
) -> None:
    texts = seeds()
    journey.applicant = replace(journey.applicant, name=texts["full_name"])
    journey.folder.mkdir()
    journey.live(texts)
    wrong = found_in_clear(layout, collector, texts, tmp_path / "before")
    assert not wrong, "in clear, seal it or leave it out where it is written:\n" + "\n".join(wrong)

    kept = exported(layout, journey.customer.account_id)
    lost = sorted(name for name in EXPORTED if texts[name] not in kept)
    assert not lost, f"an export lacks {lost}: nothing in clear proves nothing of what is not kept at all"

    until(lambda: _erased(journey), lambda: "an erasure that is not blocked")
    person = journey.customer.account_id
    until(lambda: not left(layout, texts, person), lambda: "what no law wants to be gone")
    wrong = found_in_clear(layout, collector, texts, tmp_path / "after")
    assert not wrong, "in clear after the erasure:\n" + "\n".join(wrong)


def _erased(journey: Person) -> bool:
    with suppress(Refused):
        journey.customer.delete(f"/api/v1/customers/{journey.customer.account_id}")
        return True
    return False


TEXT = "Zsófia Müller-Öberg, 12/4"
WRITTEN = {
    "plain": TEXT.encode(),
    "among others": f"x{TEXT}y".encode(),
    "small": TEXT.replace("Z", "z").replace("M", "m").encode(),
    "in a URL": quote(TEXT, safe="").encode(),
    "in JSON": json.dumps({"a": TEXT}).encode(),
    "hex": TEXT.encode().hex().upper().encode(),
    "UTF-16": TEXT.encode("utf-16-le"),
    **{f"base64 after {n}": base64.b64encode(b"abc"[:n] + TEXT.encode() + b"tail") for n in range(3)},
    **{f"base64 of it alone, {n}": base64.urlsafe_b64encode(b"abc"[:n] + TEXT.encode()) for n in range(3)},
}


@pytest.mark.parametrize("written", WRITTEN)
def test_the_search_finds_a_text_in_any_form(written: str, tmp_path: Path) -> None:
    (tmp_path / "sink").mkdir()
    (tmp_path / "sink" / "file").write_bytes(b"\0\xff" + WRITTEN[written] + b"\xfe\0")
    found = search(tmp_path / "sink", {"name": TEXT, "other": "not there at all"}, tmp_path / "forms")
    assert found == [("file", "name")]
    assert TEXT.encode() in forms(TEXT)

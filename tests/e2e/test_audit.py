"""An administrator reads over REST what was done in every service, and takes it along as a file that proves itself."""

import time
from typing import Any

from services.runtime.audit.chain import Signer
from services.runtime.audit.exporting import verify_export
from stack.demo.staff import Staff
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.waiting import until


def test_what_a_customer_did_is_found_in_every_service_and_exported(
    new_journey: NewJourney, staff: Staff, layout: Layout
) -> None:
    journey = new_journey()
    journey.register()
    journey.apply()
    me = journey.customer
    actor = f"customer:{me.account_id}"

    def chained() -> list[dict[str, Any]] | None:
        # A costly call, of which one caller may make a few a second.
        time.sleep(0.5)
        page = staff.admin.get("/api/v1/admin/audit", actor=actor, pageSize=100)
        assert page["unavailableServices"] == []
        rows: list[dict[str, Any]] = page["rows"]
        return rows if rows and all(row["chained"] for row in rows) else None

    rows = until(chained)
    assert any(row["service"] == "application" for row in rows)
    times = [str(row["createTime"]) for row in rows]
    assert times == sorted(times, reverse=True)
    *_, registered = staff.admin.get("/api/v1/admin/audit", service="customer", aggregate=me.account_id)["rows"]
    shown = {each["name"]: each["after"] for each in registered["changes"]}
    assert shown["full_name"] == '"sealed"', "personal, and in clear nowhere"
    time.sleep(0.5)
    sought = staff.admin.get("/api/v1/admin/audit/search", query=f"create {me.account_id}", actorKind="customer")
    assert "CreateApplication" in {row["method"].rpartition("/")[2] for row in sought["rows"]}
    assert sought["degraded"] is ("search" not in layout.profiles) and sought["unavailableServices"] == []
    file = staff.admin.read("/api/v1/admin/audit/export", service="application", actor=actor)
    signer = Signer("application", layout.secret_file("audit-application"))
    heading, findings = verify_export("application", file.splitlines(), [], signer.public_key)
    assert (heading.service, list(findings)) == ("application", [])
    assert file.count(b'"row":{') == sum(row["service"] == "application" for row in rows)
    read = staff.admin.get("/api/v1/admin/audit", service="auth", prefix="ExportAudit")["rows"]
    assert read[0]["actorId"] == staff.admin.account_id

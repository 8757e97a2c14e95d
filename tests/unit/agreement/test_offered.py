"""Which provider a facility type has: refused by name at the start when there is none such."""

from pathlib import Path

import pytest

from services.agreement.events import SigningMethod
from services.agreement.offered import PROVIDERS, offered
from services.agreement.settings import Settings
from tests.fakes.signatures import SignatureApis

DOCUSIGN, ADOBE_SIGN = SigningMethod.DOCUSIGN, SigningMethod.ADOBE_SIGN


def test_each_facility_type_has_its_own_and_none_by_default() -> None:
    assert offered((), ()) == {}
    said = ("PERSONAL=DOCUSIGN", "VEHICLE=ADOBE_SIGN", "EQUIPMENT=ONE_TIME_CODE")
    assert offered(said, PROVIDERS) == {"PERSONAL": DOCUSIGN, "VEHICLE": ADOBE_SIGN}


@pytest.mark.parametrize(
    "said, wrong",
    [
        ("PERSONAL=HELLOSIGN", "HELLOSIGN is no provider"), ("YACHT=DOCUSIGN", "YACHT is no facility type"),
        ("DOCUSIGN", "DOCUSIGN is no facility type"), ("PERSONAL=MANUAL", "MANUAL is no provider"),
        ("PERSONAL=ADOBE_SIGN", "LOANFLOW_ADOBE_SIGN_… is not set"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused_by_name(said: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=f"signing_providers: .*{wrong}"):
        offered((said,), (DOCUSIGN,))


def test_a_facility_type_is_named_once() -> None:
    with pytest.raises(ValueError, match="signing_providers: PERSONAL is named twice"):
        offered(("PERSONAL=DOCUSIGN", "PERSONAL=ONE_TIME_CODE"), PROVIDERS)


def test_the_service_does_not_start_with_one_that_there_is_not(tmp_path: Path) -> None:
    values = dict.fromkeys(("server", "mongo", "objects", "kafka", "registry", "audit", "clamd", "peers"))
    files = {"sealing_key_file": tmp_path, "seal_key_file": tmp_path}
    with pytest.raises(ValueError, match="HELLOSIGN is no provider"):
        Settings(**values, **files, signing_providers=("PERSONAL=HELLOSIGN",))  # type: ignore[arg-type]
    docusign = SignatureApis(tmp_path).docusign_settings()
    with pytest.raises(ValueError, match="public_url is no https address"):
        Settings(**values, **files, docusign=docusign)  # type: ignore[arg-type]

"""Seals with the time of an authority that speaks RFC 3161, over HTTP."""

from pathlib import Path

import pytest

from services.papers.seals import Sealer, seals_of
from services.papers.timestamps import timestamps
from services.runtime.errors import Unavailable
from tests.factories.documents import document
from tests.fakes.timestamps import authority

LENDER = "LoanFlow Lending Ltd"


def test_a_timestamp_authority_vouches_for_the_time(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s" * 40)
    pdf = document("completion-v1", "en").pdf()
    with authority() as (url, certificate):
        sealer = Sealer(tmp_path / "key", LENDER, timestamps(url))
        stamped = sealer.seal(pdf, "r")
    (found,) = seals_of(stamped, [*sealer.certificates, certificate])
    assert found.intact and found.trusted and found.timestamped and found.seal_time is not None
    with authority(status=503) as (url, _), pytest.raises(Unavailable):
        Sealer(tmp_path / "key", LENDER, timestamps(url)).seal(pdf, "r")
    assert timestamps("") is None

"""What a sidecar says about the peer, and what somebody else would like it to have said."""

from pathlib import Path

import pytest

from services.runtime.calling.sidecar import SidecarIdentity, identity_of

SELF = identity_of("kyc", "xfcc", None, "loanflow.local")
ID = "spiffe://loanflow.local/ns/loanflow/sa/"
SEEN = f'By={ID}kyc;Hash=a1b2;Subject="";URI={ID}risk'


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ([SEEN], "risk"),
        ([f"By={ID}kyc;Hash=a1b2;URI={ID}risk"], "risk"),
        ([f'Hash=a1b2;Subject="O=a, b;c";URI="{ID}risk"'], "risk"),
        # What the peer sent stands before what the sidecar added.
        ([f"Hash=c3;URI={ID}edge,{SEEN}"], "risk"),
        ([f"Hash=c3;URI={ID}edge", SEEN], "risk"),
        ([f'URI={ID}edge;Subject=",{SEEN}'], ""),
        ([f"URI={ID}edge;Subject=\"\\,{SEEN}"], ""),
        ([f"{SEEN};URI={ID}edge"], ""),
        ([f"{SEEN},"], ""),
        ([f'By={ID}kyc;Hash=a1b2;Subject="URI={ID}edge"'], ""),
        ([f"By={ID}kyc;Hash=a1b2;URI=spiffe://elsewhere/ns/loanflow/sa/edge"], ""),
        ([f"By={ID}kyc;Hash=a1b2;URI=spiffe://loanflow.local/ns/other/sa/edge"], ""),
        (["nonsense"], ""),
        ([""], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_only_what_the_sidecar_added_counts(headers: list[str], peer: str) -> None:
    assert isinstance(SELF, SidecarIdentity)
    assert SELF.peer_in(headers) == peer


def test_certificates_of_its_own_are_needed_only_without_a_sidecar() -> None:
    assert SELF.missing() == []
    assert len(identity_of("kyc", "tls", Path("nowhere"), "loanflow.local").missing()) == 3
    assert len(identity_of("kyc", "tls", None, "loanflow.local").missing()) == 3

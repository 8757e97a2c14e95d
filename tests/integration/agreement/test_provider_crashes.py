"""Whatever dies at whichever call to a provider, before or after it was heard: one envelope, signed once."""

from contextlib import suppress
from datetime import timedelta

import pytest

from loanflow.agreement.v1.agreement_events_pb2 import AgreementGenerated, AgreementSigned
from services.agreement.adobe_sign import AdobeSign
from services.agreement.docusign import DocuSign
from services.agreement.events import SigningMethod
from services.agreement.sessions import ASKED_EVERY
from services.runtime.calling.outside import Answer, Headers
from services.runtime.errors import Error
from tests.fakes.signatures import FakeHttp, FakeSignatures
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.signing import AtProvider

# A token, one call or two to send, an address, a state with what that needs, and the files.
CALLS = 7


class Died(Exception):
    """The process has died there."""


class Mortal(FakeHttp):
    """A client whose process dies at its `at`th call, once: before the provider hears of it, or after that."""

    at, after, made = 0, False, 0

    def call(self, method: str, url: str, headers: Headers | None = None, content: bytes = b"") -> Answer:
        self.made += 1
        if self.made == self.at and not self.after:
            raise Died
        answer = super().call(method, url, headers, content)
        if self.made == self.at and self.after:
            raise Died
        return answer


def connected(one: AtProvider) -> Mortal:
    """The client of the provider, which can die from here on."""
    apis = one.signatures.apis
    if one.method is SigningMethod.DOCUSIGN:
        http = Mortal(apis.docusign)
        one.agreements.providers[one.method] = DocuSign(apis.docusign_settings(), http)
    else:
        http = Mortal(apis.adobe)
        one.agreements.providers[one.method] = AdobeSign(apis.adobe_settings(), http)
    return http


def go_on(one: AtProvider, by: timedelta) -> None:
    """Time passes, and workers go on with what one that died has left."""
    for _ in range(4):
        with suppress(Died):
            one.later(by)


def signs(one: AtProvider) -> None:
    """The customer comes back until they are led there, and signs."""
    for _ in range(2):
        with suppress(Error):
            one.sign()
            return
    one.sign()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("method", [SigningMethod.DOCUSIGN, SigningMethod.ADOBE_SIGN], ids=lambda each: each.name)
def test_whatever_dies_in_between_it_is_signed_once(
    agreements: Agreements, signatures: FakeSignatures, method: SigningMethod, after: bool
) -> None:
    died, count = 0, 0
    for at in range(1, CALLS + 1):
        one = AtProvider(agreements, signatures, method)
        count += 1
        http = connected(one)
        http.at, http.after = at, after
        with suppress(Error):
            one.begin()
        go_on(one, timedelta(minutes=1))
        signs(one)
        one.hear()
        go_on(one, ASKED_EVERY)
        died += http.made >= at
        assert one.status == "SIGNED", f"died at call {at}"
        assert len(one.room.envelopes) == count, f"died at call {at}"
    assert died > CALLS / 2
    published = agreements.traffic.published(AgreementGenerated, AgreementSigned)
    assert len([each for each in published if isinstance(each, AgreementSigned)]) == count

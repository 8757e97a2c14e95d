"""Runs the agreement service: `python -m services.agreement`."""

from functools import partial
from typing import TYPE_CHECKING

from services.agreement import convert
from services.agreement.adobe_sign import AdobeSign
from services.agreement.codes import OneTimeCodes
from services.agreement.consumer import read_ahead, subscriptions
from services.agreement.documents import Documents
from services.agreement.docusign import DocuSign
from services.agreement.events import SigningMethod
from services.agreement.handlers import App
from services.agreement.offered import offered
from services.agreement.peers import ApplicationPeer, ApprovalPeer, CustomerPeer, NotificationPeer
from services.agreement.ports import SigningProvider
from services.agreement.provider_handlers import ProviderSignings
from services.agreement.provider_work import Addresses, ProviderWork
from services.agreement.quarantine import Quarantine
from services.agreement.servicer import AgreementServicer
from services.agreement.settings import Settings
from services.agreement.store import AGREEMENTS, Agreements, SessionQueue, UnitOfWork
from services.dynamic_settings.table import TABLE
from services.law import pack_by_facility
from services.papers import forms, lender_of
from services.papers.revocations import Revocations
from services.papers.seal_keys import keys_of
from services.papers.seals import Sealer
from services.papers.timestamps import timestamps_of
from services.runtime.clock import SystemClock
from services.runtime.files.objects import Objects
from services.runtime.files.quarantine import RESCAN_SECONDS
from services.runtime.files.scanning import ClamdScanner
from services.runtime.files.sealed import SealedFiles
from services.runtime.periodic import Periodic
from services.runtime.secrets.loading import load
from services.runtime.serving.interceptors.ownership import Shared
from services.runtime.serving.service import Service
from services.runtime.stores.mongo import Mongo

if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao

# How often it is looked whether anything is to be done about a signing at a provider.
_SIGNINGS_SECONDS = 2.0


def main() -> None:
    """Puts the service together and serves until SIGTERM."""
    settings = load(Settings)
    with Service(settings, TABLE) as service:
        database = service.store(Mongo(settings.mongo, service.wrapping))
        service.requires(partial(database.prepare, AGREEMENTS))
        files = SealedFiles(service.uses(Objects(settings.objects)), database, Agreements.record_class)
        service.requires(forms.check)
        # Refuses a pack that there is not before anything is served.
        pack_by_facility(settings.law_file)
        scanner = ClamdScanner(settings.clamd)
        service.requires(scanner.check)
        lender = lender_of(settings.lender_file)
        sealer = service.uses(_sealer(settings, lender.legal_name, service.key_service))
        outbox = service.publishes(convert.event_message)
        app = App(
            begin=lambda: UnitOfWork(database, outbox),
            clock=SystemClock(),
            documents=Documents(files, scanner, lender, sealer, settings.law_file),
            codes=OneTimeCodes(service.own_cipher(database)),
            customers=CustomerPeer(service.peer("customer")),
            mail=NotificationPeer(service.peer("notification")),
            applications=ApplicationPeer(service.peer("application")),
            approvals=ApprovalPeer(service.peer("approval")),
        )
        largest = service.dynamic.current("upload_max_bytes", settings.max_upload_bytes)
        providers = _providers(settings)
        for each in providers.values():
            service.closes(each.close)
        addresses = Addresses(settings.public_url, settings.signing_return_url or settings.public_url)
        work = ProviderWork(app, providers, SessionQueue(database), addresses)
        working = Periodic("agreement", "agreement.signings", work.carry_on, _SIGNINGS_SECONDS)
        if providers:
            service.background(working)
        named = offered(settings.signing_providers, settings.connected)
        servicer = AgreementServicer(app, largest, ProviderSignings(app, work, named, working.wake))
        service.serves(servicer, owners={"application_id": Shared(app.owner_of, app.signers_of)})
        service.listens(subscriptions(app), partial(read_ahead, app))
        quarantine = Quarantine(app.begin, app.clock, app.documents)
        service.background(Periodic("agreement", "agreement.rescan", quarantine.rescan, RESCAN_SECONDS))
        service.run()


def _providers(settings: Settings) -> dict[SigningMethod, SigningProvider]:
    """The providers that are connected."""
    found: dict[SigningMethod, SigningProvider] = {}
    if settings.docusign is not None:
        found[SigningMethod.DOCUSIGN] = DocuSign(settings.docusign)
    if settings.adobe_sign is not None:
        found[SigningMethod.ADOBE_SIGN] = AdobeSign(settings.adobe_sign)
    return found


def _sealer(settings: Settings, lender: str, bao: "OpenBao | None") -> Sealer:
    """What seals agreements, as the settings have it; ValueError when they do not go together."""
    keys = keys_of(settings.seal_chain_file, bao)
    lists = Revocations(settings.seal_trust_file) if settings.seal_long_term else None
    timestamps = timestamps_of(settings.timestamp)
    return Sealer(settings.seal_key_file, lender, timestamps, service_keys=keys, revocations=lists)


if __name__ == "__main__":
    main()

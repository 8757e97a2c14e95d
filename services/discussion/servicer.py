"""The RPCs of the discussion service: translate, call one use case, translate back."""

import grpc

from loanflow.discussion.v1 import discussion_service_pb2 as pb
from loanflow.discussion.v1.discussion_service_pb2_grpc import DiscussionServiceServicer
from services.discussion import convert
from services.discussion.documents import Documents
from services.discussion.handlers import App
from services.runtime.files import downloads
from services.runtime.stores.paging import Page


class DiscussionServicer(DiscussionServiceServicer):
    """loanflow.discussion.v1.DiscussionService."""

    def __init__(self, app: App, documents: Documents) -> None:
        self._app, self._documents = app, documents

    def Start(self, request: pb.StartRequest, context: grpc.ServicerContext) -> pb.StartResponse:
        """An opened discussion."""
        discussion = self._app.start(request.application_id)
        return pb.StartResponse(discussion=convert.from_discussion(discussion))

    def SendOffer(self, request: pb.SendOfferRequest, context: grpc.ServicerContext) -> pb.SendOfferResponse:
        """An offer of the lender."""
        discussion = self._app.send_offer(convert.to_send_offer(request))
        return pb.SendOfferResponse(offer=convert.from_latest(discussion))

    def CounterOffer(self, request: pb.CounterOfferRequest, context: grpc.ServicerContext) -> pb.CounterOfferResponse:
        """An offer in answer to the live one."""
        discussion = self._app.counter(convert.to_counter(request))
        return pb.CounterOfferResponse(offer=convert.from_latest(discussion))

    def ListOffers(self, request: pb.ListOffersRequest, context: grpc.ServicerContext) -> pb.ListOffersResponse:
        """Every version of the offer."""
        discussion = self._app.read(request.application_id)
        page = self._app.offers(request.application_id, Page.of(request))
        return pb.ListOffersResponse(
            offers=[convert.from_offer(offer, request.application_id) for offer in page.items],
            next_page_token=page.next_token,
            discussion=convert.from_discussion(discussion),
        )

    def GetOfferFile(self, request: pb.GetOfferFileRequest, context: grpc.ServicerContext) -> pb.GetOfferFileResponse:
        """An offer as a document."""
        wanted = convert.to_print_offer(request)
        content = self._documents.printed(wanted)
        downloads.attach(context, convert.offer_file_name(wanted))
        return convert.from_offer_file(content)

    def Accept(self, request: pb.AcceptRequest, context: grpc.ServicerContext) -> pb.AcceptResponse:
        """An accepted offer."""
        discussion = self._app.accept(convert.to_accept(request))
        return pb.AcceptResponse(offer=convert.from_latest(discussion), discussion=convert.from_discussion(discussion))

    def Decline(self, request: pb.DeclineRequest, context: grpc.ServicerContext) -> pb.DeclineResponse:
        """A declined loan."""
        discussion = self._app.decline(convert.to_decline(request))
        return pb.DeclineResponse(discussion=convert.from_discussion(discussion))

    def GetAcceptedOffer(
        self, request: pb.GetAcceptedOfferRequest, context: grpc.ServicerContext
    ) -> pb.GetAcceptedOfferResponse:
        """What the customer accepted."""
        offer = self._app.accepted_offer(request.application_id)
        return pb.GetAcceptedOfferResponse(offer=convert.from_offer(offer, request.application_id))

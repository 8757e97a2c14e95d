"""The RPCs of customers' apps: translate, call one use case, translate back."""

import grpc

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.auth.v1 import consent_pb2
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceServicer
from services.auth import authorization_pages as pages
from services.auth import convert, convert_apps
from services.auth.app_access import AppAccess
from services.auth.apps import Apps
from services.auth.token_issuer import json_document
from services.runtime.serving.interceptors.context import metadata
from services.runtime.stores.paging import Page


class AppServicer(AuthServiceServicer):
    """Those RPCs of loanflow.auth.v1.AuthService that are about apps."""

    def __init__(self, apps: Apps) -> None:
        self._apps, self._access = apps, AppAccess(apps.app, apps.clients)

    def Authorize(self, request: pb.AuthorizeRequest, context: grpc.ServicerContext) -> pb.AuthorizeResponse:
        """The page on which a customer agrees."""
        cookie = convert_apps.to_cookie(metadata(context))
        answer = self._apps.authorize(convert_apps.to_parameters(request), cookie)
        return pb.AuthorizeResponse(page=convert_apps.from_answer(answer, context))

    def DecideAuthorization(
        self, request: pb.DecideAuthorizationRequest, context: grpc.ServicerContext
    ) -> pb.DecideAuthorizationResponse:
        """A code for the app, or the page again."""
        form, cookie = convert.to_form(request.form), convert_apps.to_cookie(metadata(context))
        begins = "transaction" not in form
        answer = pages.begun(convert_apps.to_begin(form)) if begins else self._apps.decide_authorization(form, cookie)
        return pb.DecideAuthorizationResponse(page=convert_apps.from_answer(answer, context))

    def RevokeToken(self, request: pb.RevokeTokenRequest, context: grpc.ServicerContext) -> pb.RevokeTokenResponse:
        """The end of an app's session."""
        self._access.revoke_token(convert.to_client_credentials(request.form, metadata(context)))
        return pb.RevokeTokenResponse(answer=convert.json_body(json_document({})))

    def IntrospectToken(
        self, request: pb.IntrospectTokenRequest, context: grpc.ServicerContext
    ) -> pb.IntrospectTokenResponse:
        """What a token says."""
        found = self._access.introspect(convert.to_client_credentials(request.form, metadata(context)))
        return pb.IntrospectTokenResponse(answer=convert.json_body(json_document(found)))

    def GetUserInfo(self, request: pb.GetUserInfoRequest, context: grpc.ServicerContext) -> pb.GetUserInfoResponse:
        """The claims about the customer."""
        return pb.GetUserInfoResponse(claims=convert.json_body(json_document(self._access.user_info())))

    def EndAppSession(
        self, request: pb.EndAppSessionRequest, context: grpc.ServicerContext
    ) -> pb.EndAppSessionResponse:
        """The end of an app's session, as the app wishes."""
        answer = self._access.end_session(
            request.id_token_hint, request.client_id, request.post_logout_redirect_uri, request.state
        )
        return pb.EndAppSessionResponse(page=convert_apps.from_answer(answer, context))

    def ListConsents(self, request: pb.ListConsentsRequest, context: grpc.ServicerContext) -> pb.ListConsentsResponse:
        """The consents of the caller."""
        page = self._access.consents(Page.of(request))
        found = map(convert_apps.from_consent, page.items)
        return pb.ListConsentsResponse(consents=found, next_page_token=page.next_token)

    def WithdrawConsent(
        self, request: pb.WithdrawConsentRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawConsentResponse:
        """A consent that is withdrawn."""
        withdrawn = self._access.withdraw_consent(request.consent_id)
        return pb.WithdrawConsentResponse(consent=convert_apps.from_consent(withdrawn))

    def GetConsents(
        self, request: consent_pb2.GetConsentsRequest, context: grpc.ServicerContext
    ) -> consent_pb2.GetConsentsResponse:
        """What customers let programs do."""
        found = self._access.of_customers(request.customer_ids)
        return consent_pb2.GetConsentsResponse(consents=map(convert_apps.from_standing, found))

"""The RPCs of the auth service: translate, call one use case, translate back."""

from collections.abc import Callable, Iterator

import grpc

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth import convert, convert_audit, convert_factors, convert_people, token_issuer
from services.auth.account_care import AccountCare
from services.auth.apps import Apps
from services.auth.audit_trails import AuditTrails
from services.auth.email_confirmation import EmailConfirmation
from services.auth.handlers import App
from services.auth.mail_links import RESET_LINK_LIFETIME
from services.auth.oauth_adapter import CODE, REFRESH
from services.auth.outgoing_mails import OutgoingMails
from services.auth.own_account import OwnAccount
from services.auth.partners import Clients
from services.auth.registrations import REGISTRATION_HOURS
from services.auth.servicer_apps import AppServicer
from services.auth.staff import Staff
from services.runtime.context import caller
from services.runtime.files import downloads
from services.runtime.serving.interceptors.context import metadata
from services.runtime.stores.paging import Page


class AuthServicer(AppServicer):
    """loanflow.auth.v1.AuthService."""

    def __init__(
        self, app: App, staff: Staff, clients: Clients, trails: AuditTrails,
        registration_hours: Callable[[], int] = lambda: REGISTRATION_HOURS,
    ) -> None:  # fmt: skip
        super().__init__(Apps(app, clients))
        self._app, self._staff, self._clients, self._trails = app, staff, clients, trails
        self._care = AccountCare(staff.begin, staff.clock)
        self._own = OwnAccount(staff.begin, staff.clock, staff.passwords)
        self._confirmation = EmailConfirmation(staff.begin, staff.clock, staff.passwords, registration_hours)
        self._mails = OutgoingMails(staff.begin, staff.clock)

    def Login(self, request: pb.LoginRequest, context: grpc.ServicerContext) -> pb.LoginResponse:
        """A new session."""
        answer = self._app.login(convert.to_login(request, metadata(context)))
        return pb.LoginResponse(account_id=answer.account_id, **convert_factors.from_answer(answer))

    def AnswerChallenge(
        self, request: pb.AnswerChallengeRequest, context: grpc.ServicerContext
    ) -> pb.AnswerChallengeResponse:
        """A new session of staff, or what may be enrolled."""
        answer = self._app.second.answer(convert_factors.to_answer(request, metadata(context)))
        return pb.AnswerChallengeResponse(account_id=answer.account_id, **convert_factors.from_answer(answer))

    def EnrolSecondFactor(
        self, request: pb.EnrolSecondFactorRequest, context: grpc.ServicerContext
    ) -> pb.EnrolSecondFactorResponse:
        """A new session of staff, with the codes for when the factor is lost."""
        command = convert_factors.to_enrol(request, metadata(context))
        return convert_factors.from_enrolled(self._app.second.enrol(command))

    def Refresh(self, request: pb.RefreshRequest, context: grpc.ServicerContext) -> pb.RefreshResponse:
        """The next pair of tokens."""
        return pb.RefreshResponse(tokens=convert.from_grant(self._app.refresh(request.refresh_token)))

    def Logout(self, request: pb.LogoutRequest, context: grpc.ServicerContext) -> pb.LogoutResponse:
        """The end of one session, or of all."""
        return pb.LogoutResponse(ended_sessions=self._app.logout(request.refresh_token))

    def ChangePassword(
        self, request: pb.ChangePasswordRequest, context: grpc.ServicerContext
    ) -> pb.ChangePasswordResponse:
        """Another password."""
        ended, token = self._own.change_password(convert_people.to_change(request))
        return pb.ChangePasswordResponse(ended_sessions=ended, device_token=token)

    def RequestPasswordReset(
        self, request: pb.RequestPasswordResetRequest, context: grpc.ServicerContext
    ) -> pb.RequestPasswordResetResponse:
        """A mail, if there is an account."""
        self._own.forgot_password(request.email)
        return pb.RequestPasswordResetResponse(expires_in=int(RESET_LINK_LIFETIME.total_seconds()))

    def ResetPassword(
        self, request: pb.ResetPasswordRequest, context: grpc.ServicerContext
    ) -> pb.ResetPasswordResponse:
        """Another password in place of a forgotten one."""
        return pb.ResetPasswordResponse(device_token=self._own.reset_password(convert_people.to_reset(request)))

    def RequestEmailConfirmation(
        self, request: pb.RequestEmailConfirmationRequest, context: grpc.ServicerContext
    ) -> pb.RequestEmailConfirmationResponse:
        """A mail, if there is a registration or an account."""
        self._confirmation.send_again(request.email)
        return pb.RequestEmailConfirmationResponse(expires_in=int(self._confirmation.lifetime.total_seconds()))

    def ListSessions(self, request: pb.ListSessionsRequest, context: grpc.ServicerContext) -> pb.ListSessionsResponse:
        """The caller's sessions."""
        page = self._own.sessions(Page.of(request))
        sessions = convert_people.from_sessions(page, caller().session_id)
        return pb.ListSessionsResponse(sessions=sessions, next_page_token=page.next_token)

    def EndSession(self, request: pb.EndSessionRequest, context: grpc.ServicerContext) -> pb.EndSessionResponse:
        """The end of one of them."""
        self._own.end_session(request.session_id)
        return pb.EndSessionResponse(session_id=request.session_id)

    def ListAccountSessions(
        self, request: pb.ListAccountSessionsRequest, context: grpc.ServicerContext
    ) -> pb.ListAccountSessionsResponse:
        """The sessions of an account."""
        page = self._care.sessions(request.account_id, Page.of(request))
        sessions = convert_people.from_sessions(page, caller().session_id)
        return pb.ListAccountSessionsResponse(sessions=sessions, next_page_token=page.next_token)

    def EndAccountSessions(
        self, request: pb.EndAccountSessionsRequest, context: grpc.ServicerContext
    ) -> pb.EndAccountSessionsResponse:
        """The end of one session of an account, or of all."""
        ended = self._care.end_sessions(request.account_id, request.session_id)
        return pb.EndAccountSessionsResponse(ended_sessions=ended)

    def DisableAccount(
        self, request: pb.DisableAccountRequest, context: grpc.ServicerContext
    ) -> pb.DisableAccountResponse:
        """An account that no one signs in with."""
        account = self._care.disable(request.account_id, convert_people.to_reason(request))
        return pb.DisableAccountResponse(account=convert_people.from_account(account))

    def EnableAccount(
        self, request: pb.EnableAccountRequest, context: grpc.ServicerContext
    ) -> pb.EnableAccountResponse:
        """An account whose holder signs in again."""
        return pb.EnableAccountResponse(account=convert_people.from_account(self._care.enable(request.account_id)))

    def TakeAccountMail(
        self, request: pb.TakeAccountMailRequest, context: grpc.ServicerContext
    ) -> pb.TakeAccountMailResponse:
        """The next mail."""
        return convert_people.from_mail(self._mails.take())

    def FinishAccountMail(
        self, request: pb.FinishAccountMailRequest, context: grpc.ServicerContext
    ) -> pb.FinishAccountMailResponse:
        """A mail that is gone."""
        self._mails.finish(request.mail_id)
        return pb.FinishAccountMailResponse()

    def IssueToken(self, request: pb.IssueTokenRequest, context: grpc.ServicerContext) -> pb.IssueTokenResponse:
        """A token for a partner's program, or the tokens of an app."""
        command = convert.to_client_credentials(request.form, metadata(context))
        if command.grant_type in (CODE, REFRESH):
            return pb.IssueTokenResponse(token=convert.json_body(self._apps.issue_for_customer(command)))
        issued = token_issuer.token_document(*self._clients.issue_token(command))
        return pb.IssueTokenResponse(token=convert.json_body(issued))

    def GetJwks(self, request: pb.GetJwksRequest, context: grpc.ServicerContext) -> pb.GetJwksResponse:
        """The keys that verify tokens."""
        return pb.GetJwksResponse(jwks=convert.json_body(token_issuer.key_set(self._app.keys.published())))

    def GetRevocations(
        self, request: pb.GetRevocationsRequest, context: grpc.ServicerContext
    ) -> pb.GetRevocationsResponse:
        """What verifiers must not believe any more."""
        revoked, at = self._app.revocations(convert.to_moment(request))
        return pb.GetRevocationsResponse(revocations=convert.json_body(token_issuer.revocation_list(revoked, at)))

    def GetDiscovery(self, request: pb.GetDiscoveryRequest, context: grpc.ServicerContext) -> pb.GetDiscoveryResponse:
        """The issuer's metadata."""
        return pb.GetDiscoveryResponse(configuration=convert.json_body(self._app.issuer.discovery()))

    def CreateUser(self, request: pb.CreateUserRequest, context: grpc.ServicerContext) -> pb.CreateUserResponse:
        """A member of staff who is invited."""
        return convert.from_invited(self._staff.invite(convert.to_create_user(request)))

    def InviteUserAgain(
        self, request: pb.InviteUserAgainRequest, context: grpc.ServicerContext
    ) -> pb.InviteUserAgainResponse:
        """Another mail to join by."""
        self._staff.invite_again(request.account_id)
        return pb.InviteUserAgainResponse()

    def AcceptInvitation(
        self, request: pb.AcceptInvitationRequest, context: grpc.ServicerContext
    ) -> pb.AcceptInvitationResponse:
        """A member of staff who can sign in."""
        return pb.AcceptInvitationResponse(
            account_id=self._staff.accept_invitation(request.invitation_token, request.password)
        )

    def ListUsers(self, request: pb.ListUsersRequest, context: grpc.ServicerContext) -> pb.ListUsersResponse:
        """The staff."""
        page = self._staff.list_users(convert.to_role(request), Page.of(request))
        return pb.ListUsersResponse(users=map(convert.from_account, page.items), next_page_token=page.next_token)

    def SetUserRoles(self, request: pb.SetUserRolesRequest, context: grpc.ServicerContext) -> pb.SetUserRolesResponse:
        """A member of staff with fewer roles, or with others that were asked for."""
        account, grant = self._staff.set_roles(request.account_id, convert.to_roles(request))
        asked = convert.from_role_grant(grant) if grant else None
        return pb.SetUserRolesResponse(user=convert.from_account(account), grant=asked)

    def ListRoleGrants(
        self, request: pb.ListRoleGrantsRequest, context: grpc.ServicerContext
    ) -> pb.ListRoleGrantsResponse:
        """The roles that were asked for."""
        page = self._staff.list_grants(Page.of(request))
        return pb.ListRoleGrantsResponse(
            grants=map(convert.from_role_grant, page.items), next_page_token=page.next_token
        )

    def DecideRoleGrant(
        self, request: pb.DecideRoleGrantRequest, context: grpc.ServicerContext
    ) -> pb.DecideRoleGrantResponse:
        """Roles that are given, or not."""
        grant = self._staff.decide(request.grant_id, request.approve)
        return pb.DecideRoleGrantResponse(grant=convert.from_role_grant(grant))

    def RequestSecondFactorReset(
        self, request: pb.RequestSecondFactorResetRequest, context: grpc.ServicerContext
    ) -> pb.RequestSecondFactorResetResponse:
        """A reset that waits for another administrator."""
        reset = self._care.request_reset(request.account_id)
        return pb.RequestSecondFactorResetResponse(reset=convert_factors.from_reset(reset))

    def ListSecondFactorResets(
        self, request: pb.ListSecondFactorResetsRequest, context: grpc.ServicerContext
    ) -> pb.ListSecondFactorResetsResponse:
        """The resets that wait."""
        page = self._care.list_resets(Page.of(request))
        resets = map(convert_factors.from_reset, page.items)
        return pb.ListSecondFactorResetsResponse(resets=resets, next_page_token=page.next_token)

    def DecideSecondFactorReset(
        self, request: pb.DecideSecondFactorResetRequest, context: grpc.ServicerContext
    ) -> pb.DecideSecondFactorResetResponse:
        """A person who joins anew, or not."""
        reset = self._care.decide_reset(request.reset_id, request.approve)
        return pb.DecideSecondFactorResetResponse(reset=convert_factors.from_reset(reset))

    def CreateClient(self, request: pb.CreateClientRequest, context: grpc.ServicerContext) -> pb.CreateClientResponse:
        """A new client of a partner, with its secret."""
        client, secret = self._clients.create(convert.to_create_client(request))
        return pb.CreateClientResponse(client=convert.from_client(client), client_secret=secret)

    def ListClients(self, request: pb.ListClientsRequest, context: grpc.ServicerContext) -> pb.ListClientsResponse:
        """The partners' clients."""
        page = self._clients.page(Page.of(request), request.include_revoked)
        return pb.ListClientsResponse(clients=map(convert.from_client, page.items), next_page_token=page.next_token)

    def RevokeClient(self, request: pb.RevokeClientRequest, context: grpc.ServicerContext) -> pb.RevokeClientResponse:
        """A client that gets no more tokens."""
        return pb.RevokeClientResponse(client=convert.from_client(self._clients.revoke(request.client_id)))

    def GetRegistration(
        self, request: pb.GetRegistrationRequest, context: grpc.ServicerContext
    ) -> pb.GetRegistrationResponse:
        """What the caller is registered as."""
        return pb.GetRegistrationResponse(client=convert.from_client(self._clients.registration()))

    def StartRegistration(
        self, request: pb.StartRegistrationRequest, context: grpc.ServicerContext
    ) -> pb.StartRegistrationResponse:
        """A registration that waits."""
        self._confirmation.start(convert_people.to_start(request))
        return pb.StartRegistrationResponse()

    def ProveRegistration(
        self, request: pb.ProveRegistrationRequest, context: grpc.ServicerContext
    ) -> pb.ProveRegistrationResponse:
        """What was registered with."""
        return convert_people.from_proved(self._confirmation.prove(convert_people.to_prove(request)))

    def RegisterAccount(
        self, request: pb.RegisterAccountRequest, context: grpc.ServicerContext
    ) -> pb.RegisterAccountResponse:
        """The account of a new customer."""
        self._confirmation.register_account(convert_people.to_register_account(request))
        return pb.RegisterAccountResponse(account_id=request.customer_id)

    def SearchAudit(self, request: pb.SearchAuditRequest, context: grpc.ServicerContext) -> pb.SearchAuditResponse:
        """A page of the audit trails."""
        found = self._trails.search(request.service, convert_audit.to_wanted(request), Page.of(request))
        return convert_audit.from_found(found)

    def QueryAudit(self, request: pb.QueryAuditRequest, context: grpc.ServicerContext) -> pb.QueryAuditResponse:
        """A page of what a search by words found in the audit trails."""
        sought = self._trails.search_by_words(request.service, convert_audit.to_query(request), Page.of(request))
        return convert_audit.from_sought(sought)

    def ExportAudit(
        self, request: pb.ExportAuditRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportAuditResponse]:
        """The audit trail of one service, with its chain."""
        lines = self._trails.export(request.service, convert_audit.to_wanted(request))
        downloads.attach(context, f"audit-{request.service}.ndjson")
        yield from map(convert_audit.from_lines, lines)

"""The pages that a customer sees in a browser: to sign in and agree, to know why not, to know that they signed out.

Plain HTML without any script, complete in itself: the policy that comes with each lets nothing else load or frame it.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode, urlsplit

from services.auth.scopes import Scope

COOKIE = "__Host-loanflow-authorization"
# Where the pages are.
PATH = "/oauth2/authorize"
# What each scope is to a customer.
SENTENCES = {
    Scope.OPENID: "recognise you when you come again",
    Scope.PROFILE: "see when your account last changed",
    Scope.EMAIL: "see your e-mail address",
    Scope.APPLICATIONS_READ: "see your applications for loans, with offers and what is missing",
    Scope.APPLICATIONS_WRITE: "make, change, submit and withdraw applications for loans in your name",
    Scope.DOCUMENTS_READ: "see your documents and agreements, and download them",
    Scope.LOANS_READ: "see your loans, payments and what you owe",
}
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b}"
    "label{display:block;margin:1rem 0 .25rem}input{width:100%;padding:.5rem;font:inherit;box-sizing:border-box}"
    "button{margin:1.5rem .5rem 0 0;padding:.6rem 1.2rem;font:inherit}[role=alert]{color:#a3000b}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


@dataclass(frozen=True)
class BrowserAnswer:
    """What a browser gets: a page, or where it goes on to; with headers besides."""

    page: bytes = field(default=b"", repr=False)
    status: int = 200
    location: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def sign_in(
    client_name: str, given: frozenset[Scope], days: int, transaction: str, redirect_uri: str, email: str, refused: str
) -> BrowserAnswer:
    """Asks who the customer is and whether they agree; `refused` says why it asks again."""
    items = "".join(f"<li>{escape(SENTENCES[scope])}</li>" for scope in SENTENCES if scope in given)
    alert = f'<p role="alert">{escape(refused)}</p>' if refused else ""
    return _page(
        f"Let {client_name} act for you?",
        f"<p><strong>{escape(client_name)}</strong> asks to:</p><ul>{items}</ul>"
        f"<p>This holds for {days} days. You can withdraw it at any time, and sign out everywhere.</p>{alert}"
        f'<form method="post" action="{PATH}">'
        f'<input type="hidden" name="transaction" value="{escape(transaction)}">'
        '<label for="email">E-mail address</label>'
        f'<input id="email" name="email" type="email" autocomplete="username" maxlength="254" value="{escape(email)}">'
        '<label for="password">Password</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" maxlength="128">'
        '<button name="decision" value="allow">Sign in and allow</button>'
        '<button name="decision" value="deny" formnovalidate>Do not allow</button></form>',
        _targets(redirect_uri),
    )


def sent_on(address: str) -> BrowserAnswer:
    """Has the browser go on to an address, by GET."""
    return BrowserAnswer(status=303, location=address, headers=(("cache-control", "no-store"),))


def begun(parameters: Mapping[str, str]) -> BrowserAnswer:
    """Has a browser that came by a form of an app come again by GET: with that it sends the cookie, if it has one."""
    return sent_on(f"{PATH}?{urlencode(parameters)}")


def refusal(reason: str) -> BrowserAnswer:
    """Says why there is no way on."""
    return _page(
        "This does not work", f"<p>{escape(reason)}</p><p>Go back to the app, and begin again there.</p>", "", 400
    )


def signed_out(client_name: str) -> BrowserAnswer:
    """Says that an app acts for the customer no more."""
    return _page("You are signed out", f"<p>{escape(client_name)} has no access to your account any more.</p>", "")


def _targets(redirect_uri: str) -> str:
    """Where the form may lead: to us, and by us to the app. Browsers hold redirects against it, too."""
    parts = urlsplit(redirect_uri)
    return f"'self' {parts.scheme}://{parts.netloc}" if parts.netloc else f"'self' {parts.scheme}:"


def _page(title: str, body: str, form_action: str, status: int = 200) -> BrowserAnswer:
    """A page with the headers that keep it to itself."""
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    forms = f"; form-action {form_action}" if form_action else "; form-action 'none'"
    policy = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'{forms}"
    headers = (("content-security-policy", policy), ("x-frame-options", "DENY"), ("cache-control", "no-store"))
    return BrowserAnswer(html.encode(), status, "", headers)

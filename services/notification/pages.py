"""Where a mail leads: to the customer's app, or to the API's resource; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any
from urllib.parse import quote

from services.notification.model import Notification
from services.notification.ports import Action
from services.notification.templates import FOLDER, Unfit, wording

API = "/api/v1"
# What a page is about; a notification keeps no other ids.
IDS = ("application_id", "customer_id", "loan_id")


@dataclass(frozen=True)
class Pages:
    """Makes links at the customer's app, `app_url`, or without one at the API of the edge, `public_url`.

    The app has the API's resources under the same paths without /api/v1, and pages of its own, which the API has not.
    """

    public_url: str
    app_url: str = ""

    @property
    def preferences(self) -> str:
        """Where customers choose of what they are notified, by which channel."""
        return self._url(f"{API}/notifications/preferences")

    def of(self, notification: Notification) -> Action | None:
        """What its customer does next."""
        ids = {name: str(getattr(notification, name)) for name in IDS}
        return self.action(notification.event_type, notification.text.language, ids)

    def action(self, template: str, language: str = "en", ids: Mapping[str, str] | None = None) -> Action | None:
        """What the customer does next; None where there is no such page, or an id is missing."""
        label, path = wording(template, language).action, path_of(template)
        named = {name: quote(value, safe="") for name, value in (ids or {}).items() if value}
        if not path or not label or not set(Template(path).get_identifiers()) <= named.keys():
            return None
        resource = Template(path).substitute(named)
        is_there = bool(self.app_url) or resource.startswith(f"{API}/")
        return Action(label, self._url(resource)) if is_there else None

    def _url(self, resource: str) -> str:
        return f"{self.app_url.rstrip('/')}{resource.removeprefix(API)}" if self.app_url else self.public_url + resource


def path_of(template: str) -> str:
    """The path of a template's page; empty for none."""
    return _paths().get(template, "")


def check(template: str, language: str) -> None:
    """Refuses a template with a page that has no label, or the other way round, or which names another id: Unfit."""
    label, path = wording(template, language).action, path_of(template)
    if bool(label) != bool(path):
        raise Unfit(f"template {template} in {language}: has {'an action' if label else 'a page'} alone")
    if unknown := sorted({*Template(path).get_identifiers()} - {*IDS}):
        raise Unfit(f"the page of {template} names {', '.join(unknown)}, which no notification has")


@cache
def _paths() -> dict[str, str]:
    found: Any = json.loads((FOLDER / "pages.json").read_text(encoding="utf-8"))
    return {str(name): str(path) for path, names in found.items() for name in names}

"""The settings of a process whose secrets are delivered: those first, then the settings that name their files."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from services.runtime import errors
from services.runtime import settings as environment
from services.runtime.secrets.settings import OpenBaoSettings

# The client, 9 MB, is loaded where there is a key service alone.
if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao

S = TypeVar("S")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Environment:
    openbao: OpenBaoSettings | None = None


def load(settings: type[S], environ: Mapping[str, str] = os.environ) -> S:
    """Has the process's own secrets delivered, if it is it that fetches them, and gives its settings.

    While OpenBao is away, what was delivered before is used. SettingsError, as services.runtime.settings has it, names
    what is missing then.
    """
    bao = openbao_of(environment.load(_Environment, environ).openbao)
    try:
        _fetch_of(bao)()
    except errors.Unavailable as error:
        print(f"secrets: {error.message}", file=sys.stderr)
    return environment.load(settings, environ)


def openbao_of(settings: OpenBaoSettings | None) -> "OpenBao | None":
    """The client of these settings, if any."""
    if settings is None:
        return None
    from services.runtime.secrets.client import OpenBao

    return OpenBao(settings)


def refresh_of(bao: "OpenBao | None") -> Callable[[], None]:
    """Fetches, and logs, what is new of the secrets that the process itself delivers; nothing where all are mounted."""
    fetch = _fetch_of(bao)

    def refresh() -> None:
        if found := fetch():
            log.info("secrets_delivered", secrets=found)

    return refresh


def _fetch_of(bao: "OpenBao | None") -> Callable[[], list[str]]:
    if bao is None or not bao.settings.delivers:
        return list
    from services.runtime.secrets.delivery import Delivery

    return Delivery(bao).refresh

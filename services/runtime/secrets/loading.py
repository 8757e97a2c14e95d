"""The settings of a process whose secrets are delivered: those first, then the settings that name their files."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from services.runtime import errors
from services.runtime import settings as environment
from services.runtime.secrets.settings import OpenBaoSettings

# The client, 9 MB, is loaded where there is a key service alone.
if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao
    from services.runtime.secrets.delivery import Delivery, Take

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
        if (delivery := delivery_of(bao)) is not None:
            delivery.refresh()
    except errors.Unavailable as error:
        print(f"secrets: {error.message}", file=sys.stderr)
    return environment.load(settings, environ)


def openbao_of(settings: OpenBaoSettings | None) -> "OpenBao | None":
    """The client of these settings, if any."""
    if settings is None:
        return None
    from services.runtime.secrets.client import OpenBao

    return OpenBao(settings)


def delivery_of(bao: "OpenBao | None", take: "Take | None" = None) -> "Delivery | None":
    """What the process is delivered, secrets and, by `take`, dynamic settings; None where all is mounted."""
    if bao is None or not bao.settings.delivers:
        return None
    from services.runtime.secrets.delivery import Delivery

    return Delivery(bao, take)


def refresh(delivery: "Delivery | None", *, all_of_it: bool = True) -> None:
    """Fetches, and logs, what is new."""
    if delivery is not None and (found := delivery.refresh(all_of_it=all_of_it)):
        log.info("delivered", files=found)

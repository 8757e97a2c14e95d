"""Alertmanager, one node: pages for what Prometheus tells it, to the stand-in of PagerDuty."""

import yaml

from stack import folders, probes
from stack.layout import Layout, write_private
from stack.observability.alertmanager import Pager, config
from stack.servers import pagerduty_api, providers

FOLDER = "alertmanager"


def url(layout: Layout) -> str:
    """Its page, and its API."""
    return f"http://127.0.0.1:{layout.ports.of('alertmanager')}"


def pager(layout: Layout) -> Pager:
    """Where pages go; the runbooks are those of the checkout."""
    key = layout.folder(FOLDER) / providers.PAGERDUTY
    url = f"{providers.url(layout)}{pagerduty_api.PATH}"
    return Pager(str(key), folders.CHECKOUT.as_uri(), url, str(layout.pki / "ca.pem"))


def command(layout: Layout) -> list[str]:
    """The server; without a cluster, for which it would listen on every address."""
    folder = layout.folder(FOLDER)
    return [
        str(folders.alertmanager() / "alertmanager"), f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}", "--cluster.listen-address=", f"--web.external-url={url(layout)}",
        f"--web.listen-address=127.0.0.1:{layout.ports.of('alertmanager')}",
    ]  # fmt: skip


def prepare(layout: Layout) -> None:
    """Writes its configuration, and lends it the key of PagerDuty's integration."""
    providers.keys(layout)
    layout.lend(providers.PAGERDUTY, FOLDER)
    write_private(layout.folder(FOLDER) / "alertmanager.yml", yaml.safe_dump(config(pager(layout)), sort_keys=False))


def ready(layout: Layout) -> None:
    """Returns when it takes alerts."""
    probes.http_ok(layout.ports.of("alertmanager"), "/-/ready")

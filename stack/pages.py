"""The pages that a person opens while a stack runs, by the part that serves them."""

from stack.layout import Layout
from stack.servers import alertmanager, boards, logstore, prometheus, tracestore


def of(layout: Layout) -> dict[str, str]:
    """Their addresses; only those of parts that run answer."""
    edge = f"http://127.0.0.1:{layout.ports.of('edge')}"
    return {
        "edge": f"{edge}/docs",
        "boards": boards.url(layout),
        "prometheus": f"{prometheus.url(layout)}/classic/alerts",
        "alertmanager": alertmanager.url(layout),
        "logstore": f"{logstore.url(layout)}/select/vmui/",
        "tracestore": f"{tracestore.url(layout)}/zipkin/",
    }

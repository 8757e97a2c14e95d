"""The load scripts at the real edge: a customer walks as far as one comes alone, and goes round the mix."""

from pathlib import Path

from stack.demo.api import Session
from stack.demo.customers import registered
from stack.layout import Layout
from tests.k6.running import compiled, run


def test_the_script_puts_load_on_the_platform(layout: Layout, url: str, edge: Session, tmp_path: Path) -> None:
    (customer,) = registered(edge, layout.mails, 1)
    settings = {"BASE_URL": url, "EMAIL": customer["email"], "PASSWORD": customer["password"]}
    script = compiled(tmp_path / "k6")
    walked = run(script, {"life": 1}, LIVES="1", **settings)
    assert (walked.bad, walked.thrown) == ([], ()), walked.warned
    assert walked.checks["The customer submits: answers 200"] == [True]
    mixed = run(script, {"mix": 14}, RATE="7", **settings)
    assert (mixed.bad, mixed.thrown) == ([], ()), mixed.warned
    assert len(mixed.values("call_duration")) == 15
    assert not any(value for _, value in mixed.values("call_failed"))

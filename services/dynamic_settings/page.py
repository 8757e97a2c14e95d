"""`python -m services.dynamic_settings.page`: writes docs/settings.md out of the table."""

from pathlib import Path

from services.dynamic_settings.table import TABLE
from services.runtime.dynamic.setting import Setting

FILE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
_BEGINNING = """# Dynamic settings

Made of `services/dynamic_settings/table.py` by `python -m services.dynamic_settings.page`; a test compares them. These
may change while the platform runs, by `python -m stack settings`; what is not set has its default, or what the process
was started with. They are one versioned document in OpenBao. Why there, and what becomes of a bad value or an outage:
`docs/adr/0026-dynamic-settings.md`.

| setting | is | default | read by | effect |
|---|---|---|---|---|
"""


def page() -> str:
    """The text of the page."""
    return _BEGINNING + "".join(map(_row, TABLE.settings))


def _row(setting: Setting) -> str:
    readers = "all services" if len(setting.readers) > 2 else ", ".join(setting.readers)
    return f"| `{setting.name}` | {setting.bounds} | {setting.default} | {readers} | {setting.effect} |\n"


if __name__ == "__main__":
    FILE.write_text(page())

"""Every mail as a page and, where there is a Chromium, as pictures on a light and on a dark screen, to be looked at.

usage: python -m tests.unit.notification.mail_pages FOLDER [LANGUAGE [TEMPLATE ...]]
"""

import html
import shutil
import subprocess
import sys
from pathlib import Path

from services.notification.templates import LANGUAGES
from tests.factories.mails import MESSAGES, mail_of

_FRAME = "<style>body{{margin:0;display:flex;gap:0}}iframe{{border:0;width:640px;height:{height}px}}</style>"
_SEEN = '<iframe srcdoc="{page}" style="color-scheme:{scheme}"></iframe>'
_HEIGHT = 1000


def write(folder: Path, language: str, template: str) -> Path:
    """Writes a mail as HTML and as text; the HTML's path."""
    mail, place = mail_of(template, language), folder / language
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{template}.txt").write_text(f"Subject: {mail.subject}\n\n{mail.text}")
    page = place / f"{template}.html"
    page.write_text(mail.html)
    return page


def picture(page: Path, chromium: str) -> Path:
    """A picture of the page, light on the left and dark on the right."""
    shown = html.escape(page.read_text())
    both = page.with_suffix(".both.htm")
    frames = "".join(_SEEN.format(page=shown, scheme=scheme) for scheme in ("light", "dark"))
    both.write_text(_FRAME.format(height=_HEIGHT) + frames)
    found = page.with_suffix(".png")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={found}"]
    subprocess.run([*command, f"--window-size=1280,{_HEIGHT}", both.as_uri()], check=True, capture_output=True)
    both.unlink()
    return found


def main(folder: str, language: str = "", *named: str) -> None:
    """Writes the mails of one language or all."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    for each in [language] if language else LANGUAGES:
        for template in named or MESSAGES:
            page = write(Path(folder), each, template)
            print(picture(page, chromium) if chromium else page)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The links by which mails are unsubscribed from: of every key that the service ever had, and of no other."""

from pathlib import Path

import pytest

from services.notification.unsubscribing import PATH, UnsubscribeLinks
from services.runtime.errors import NotFound
from services.runtime.stores.encryption import new_secret

PLACE = f"https://edge.example{PATH}"


def links(file: Path, *keys: str) -> UnsubscribeLinks:
    file.write_text("\n".join(keys))
    return UnsubscribeLinks(file, "https://edge.example")


def token(made: UnsubscribeLinks) -> str:
    return made.of("c1", "kyc.approved").removeprefix(PLACE)


def test_links_in_mails_that_are_out_open_after_the_key_was_replaced(tmp_path: Path) -> None:
    first, second = new_secret(), new_secret()
    running = links(tmp_path / "keys", first)
    out = token(running)
    # Replaced while the service runs.
    (tmp_path / "keys").write_text(f"{second}\n{first}\n")
    assert running.whose_link(out) == running.whose_link(token(running)) == ("c1", "kyc.approved")
    only_new = links(tmp_path / "new", second)
    assert only_new.whose_link(token(running)) == ("c1", "kyc.approved")
    with pytest.raises(NotFound):
        only_new.whose_link(out)


@pytest.mark.parametrize("wrong", ["", "a", "A" * 60, "not base64 at all!", "é" * 60])
def test_what_is_no_link_of_ours_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(NotFound) as refused:
        links(tmp_path / "keys", new_secret(), new_secret()).whose_link(wrong)
    assert refused.value.reason == "LINK_INVALID"

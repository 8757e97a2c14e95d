"""An exported audit trail proves itself, without the database: whatever is done to the file is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from services.runtime.audit import __main__ as command
from services.runtime.audit import exporting
from services.runtime.audit.anchoring import Anchor
from services.runtime.audit.chain import Signer, linked
from services.runtime.stores.audit_rows import AuditFilter, AuditRow, ChainLink
from tests.integration.runtime.things import Backend

SERVICE, NOW = "tested", datetime.now(UTC)
ALL = AuditFilter()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    file = tmp_path / "key"
    file.write_text("a key of the test, of 32 characters or more")
    return Signer(SERVICE, file)


@pytest.fixture
def head(backend: Backend, signer: Signer) -> ChainLink:
    """The end of a chain of eight rows, one chained each hour, the last one now."""
    for number in range(8):
        values = {"name": f"{number}", "size": 1.5, "parts": [{"none": None, "text": "ä"}]}
        row = AuditRow("staff:u1", "/things/Change", "Thing", f"thing-{number % 2}", 1, None, values, "", "c")
        with backend.store.transaction():
            backend.store.audit.append([row])
        at = NOW - timedelta(hours=7 - number)
        backend.store.audit.chain(partial(linked, now=at, signer=signer), 10)
    last = backend.store.audit.head()
    assert last is not None and last.sequence == 8
    return last


def _lines(backend: Backend, wanted: AuditFilter = ALL) -> list[bytes]:
    made = exporting.lines(SERVICE, backend.store.audit, wanted, NOW)
    return b"".join(made).splitlines(keepends=True)


def _found(lines: list[bytes], signer: Signer, *anchors: Anchor) -> list[tuple[str, int]]:
    _, found = exporting.verify_export(SERVICE, lines, anchors, signer.public_key)
    return [(each.kind, each.sequence) for each in found]


def _anchor(link: ChainLink) -> Anchor:
    return Anchor(SERVICE, link.sequence, link.link, link.signature, link.chain_time)


def test_all_rows_or_some_of_them_prove_the_whole_chain(backend: Backend, head: ChainLink, signer: Signer) -> None:
    for wanted, shown in ((ALL, 8), (AuditFilter(aggregate_id="thing-1"), 4), (AuditFilter(actor="unknown"), 0)):
        lines = _lines(backend, wanted)
        assert sum("row" in json.loads(each) for each in lines) == shown
        assert _found(lines, signer, _anchor(head)) == []


def test_an_export_begins_with_the_link_of_its_time(backend: Backend, head: ChainLink, signer: Signer) -> None:
    begun = {}
    for hours in (0, 3, 6, 100):
        lines = _lines(backend, AuditFilter(since=NOW - timedelta(hours=hours)))
        assert _found(lines, signer, _anchor(head)) == []
        begun[hours] = json.loads(lines[1])["sequence"]
    assert begun == {0: 8, 3: 5, 6: 2, 100: 1}


def _changed(lines: list[bytes]) -> None:
    lines[3] = lines[3].replace(b"staff:u1", b"staff:u2")


def _emptied(lines: list[bytes]) -> None:
    plain = json.loads(lines[3])
    lines[3] = json.dumps({**plain, "row": None}).encode()


def _left_out(lines: list[bytes]) -> None:
    del lines[3]


def _swapped(lines: list[bytes]) -> None:
    first, second = json.loads(lines[3]), json.loads(lines[4])
    lines[3] = json.dumps({**second, "sequence": first["sequence"]}).encode()
    lines[4] = json.dumps({**first, "sequence": second["sequence"]}).encode()


def _cut_off(lines: list[bytes]) -> None:
    lines[-3:] = [b'{"end":6}\n']


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (_changed, [("changed", 3)]),
        (_emptied, [("deleted", 3)]),
        (_left_out, [("deleted", 3)]),
        (_swapped, [("reordered", 3), ("reordered", 4), ("reordered", 5)]),
        (_cut_off, [("cut off", 8)]),
    ],
)
def test_tampering_is_named(
    backend: Backend,
    head: ChainLink,
    signer: Signer,
    tampering: Callable[[list[bytes]], None],
    named: list[tuple[str, int]],
) -> None:
    lines = _lines(backend)
    tampering(lines)
    found = [each for each in _found(lines, signer, _anchor(head)) if each[0] != "unsigned"]
    assert found == named


@pytest.mark.parametrize("wrong", [[], [b"{}\n"], [b"no JSON\n"]])
def test_what_is_no_export_is_refused(wrong: list[bytes]) -> None:
    with pytest.raises(ValueError, match="line 1"):
        exporting.read(wrong)


def test_an_export_that_broke_off_is_refused(backend: Backend, head: ChainLink, signer: Signer) -> None:
    lines = _lines(backend)
    for broken in (lines[:-1], lines[:-2], [*lines, lines[-1]], [*lines[:3], b"{}\n"], [*lines[:3], lines[-1]]):
        with pytest.raises(ValueError, match=r"line|broke off"):
            _found(broken, signer)


def test_the_command_verifies_a_file_by_the_public_key(
    backend: Backend, head: ChainLink, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("LOANFLOW_AUDIT_KEY_FILE", str(tmp_path / "key"))
    assert command.main([SERVICE, "--show-public-key"]) == 0
    public = capsys.readouterr().out.strip()
    monkeypatch.delenv("LOANFLOW_AUDIT_KEY_FILE")
    file, lines = tmp_path / "export.ndjson", _lines(backend)
    given = [SERVICE, "--export", str(file), "--public-key", public]
    file.write_bytes(b"".join(lines))
    assert command.main(given) == 0
    _changed(lines)
    file.write_bytes(b"".join(lines))
    assert command.main(given) == 1
    file.write_bytes(b"".join(lines[:-1]))
    assert command.main(given) == 1
    printed = capsys.readouterr().out
    assert "link 3" in printed and "its last line is missing" in printed


def test_anchors_of_after_the_export_are_not_missed(backend: Backend, head: ChainLink, signer: Signer) -> None:
    at = {"before": NOW - timedelta(seconds=1), "after": NOW + timedelta(seconds=1)}
    for when, named in (("after", []), ("before", [("cut off", 9)])):
        anchor = replace(_anchor(head), sequence=9, anchor_time=at[when])
        found = [each for each in _found(_lines(backend), signer, anchor) if each[0] != "anchor"]
        assert found == named, when

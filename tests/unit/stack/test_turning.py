"""Full logs are turned over under the programs that write them."""

import stat
from pathlib import Path

from stack.turning import turn


def test_a_full_log_moves_and_its_program_goes_on_writing(tmp_path: Path) -> None:
    log = tmp_path / "kyc.log"
    with log.open("ab", buffering=0) as program:
        program.write(b"1" * 90)
        turn(tmp_path, full=100)
        assert not (tmp_path / "kyc.log.1").exists()
        program.write(b"2" * 20)
        turn(tmp_path, full=100)
        program.write(b"3" * 5)
    assert (tmp_path / "kyc.log.1").read_bytes() == b"1" * 90 + b"2" * 20
    assert log.read_bytes() == b"3" * 5
    assert stat.S_IMODE((tmp_path / "kyc.log.1").stat().st_mode) == 0o600


def test_one_older_part_is_kept(tmp_path: Path) -> None:
    for text in (b"a" * 9, b"b" * 9):
        (tmp_path / "kyc.log").write_bytes(text)
        turn(tmp_path, full=9)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kyc.log", "kyc.log.1"]
    assert (tmp_path / "kyc.log.1").read_bytes() == b"b" * 9

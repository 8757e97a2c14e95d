"""Dynamic settings out of a real OpenBao: set, taken while running, refused, gone back to, kept through an outage."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hvac import exceptions

from services.dynamic_settings.__main__ import main
from services.dynamic_settings.table import TABLE
from services.dynamic_settings.versions import Versions
from services.runtime import errors
from services.runtime.dynamic.following import DynamicSettings
from services.runtime.dynamic.setting import ALL, Refused
from services.runtime.observing import tracing
from services.runtime.secrets.delivery import SETTINGS_FILE, SETTINGS_PATH, Delivery
from stack import environment, pki
from stack.servers import engines
from tests.harness import Mesh, Running, customer
from tests.integration.runtime.bao import Bao
from tests.waiting import until

WHY: dict[str, Any] = {"by": "ada", "why": "a test"}


@pytest.fixture
def versions(bao: Bao) -> Iterator[Versions]:
    """The versions as the operator writes them; nothing is set any more afterwards."""
    made = Versions(bao.client(pki.OPERATOR), TABLE)
    yield made
    bao.admin.adapter.delete("/v1/settings/metadata/platform")


class Process:
    """What one process of a service follows, and is delivered."""

    def __init__(self, bao: Bao, folder: Path, service: str = "kyc", **changes: Any) -> None:
        self.dynamic = DynamicSettings(TABLE, service)
        self.values = {
            setting.name: self.dynamic.current(setting.name, setting.default)
            for setting in TABLE.settings
            if service in setting.readers
        }
        client = bao.client(service, delivers=("settings",), secrets_folder=folder, **changes)
        self.delivery = Delivery(client, self.dynamic.take)


def test_a_change_reaches_its_readers_and_no_others(bao: Bao, versions: Versions, tmp_path: Path) -> None:
    for name in ("kyc", "risk"):
        (tmp_path / name).mkdir()
    kyc, risk = Process(bao, tmp_path / "kyc"), Process(bao, tmp_path / "risk", "risk")
    assert kyc.delivery.refresh() == [], "something was delivered that was never set"
    made = versions.change({("log_level", "kyc"): "DEBUG", ("streams_each", ALL): "3"}, **WHY)
    for process, level in ((kyc, "DEBUG"), (risk, "INFO")):
        assert process.delivery.refresh() == [SETTINGS_FILE]
        assert (process.values["log_level"](), process.values["streams_each"]()) == (level, 3)
        assert process.dynamic.version == made.number
        assert process.delivery.refresh() == []
    versions.change({("log_level", "kyc"): None, ("streams_each", ALL): "4"}, **WHY)
    kyc.delivery.refresh()
    assert (kyc.values["log_level"](), kyc.values["streams_each"]()) == ("INFO", 4)


def test_the_command_refuses_a_bad_value_with_its_bounds_and_writes_nothing(versions: Versions) -> None:
    for change, said in (
        ({("streams_each", ALL): "0"}, "streams_each is 0, and must be a whole number from 1 to 100 streams"),
        ({("strems_each", ALL): "1"}, "no dynamic setting"),
        ({("facility_catalogue", "kyc"): "1"}, "not read by kyc"),
    ):
        with pytest.raises(Refused, match=said):
            versions.change(change, **WHY)
    with pytest.raises(Refused, match="say why"):
        versions.change({("streams_each", ALL): "1"}, by="ada", why=" ")
    assert versions.newest().number == 0


def test_a_bad_version_that_someone_wrote_past_the_command_changes_no_process(
    bao: Bao, versions: Versions, tmp_path: Path
) -> None:
    kyc = Process(bao, tmp_path)
    good = versions.change({("streams_each", ALL): "3"}, **WHY)
    kyc.delivery.refresh()
    data = {"values": {"streams_each": {ALL: 0}}, **WHY}
    bao.admin.adapter.post(f"/v1/{SETTINGS_PATH}", json={"data": data, "options": {"cas": good.number}})
    assert kyc.delivery.refresh() == []
    assert (kyc.values["streams_each"](), kyc.dynamic.version) == (3, good.number)
    assert json.loads((tmp_path / SETTINGS_FILE).read_text())["version"] == good.number
    versions.roll_back(good.number, **WHY)
    kyc.delivery.refresh()
    assert kyc.dynamic.version == good.number + 2


def test_of_two_operators_at_once_one_is_refused(bao: Bao) -> None:
    start, results = threading.Barrier(2), list[str]()
    Versions(bao.client(pki.OPERATOR), TABLE).change({("streams_each", ALL): "5"}, **WHY)
    bothers = [Versions(bao.client(pki.OPERATOR), TABLE) for _ in range(2)]
    newest = bothers[0].newest().number

    def change(versions: Versions) -> None:
        start.wait(10)
        try:
            versions.change({("streams_each", ALL): "7"}, **WHY, after=newest)
            results.append("made")
        except errors.Aborted:
            results.append("refused")

    with ThreadPoolExecutor(2) as operators:
        list(operators.map(change, bothers))
    assert sorted(results) == ["made", "refused"]
    assert bothers[0].newest().number == newest + 1
    bao.admin.adapter.delete("/v1/settings/metadata/platform")


def test_the_history_says_who_and_why_and_going_back_is_a_version_of_its_own(versions: Versions) -> None:
    first = versions.change({("log_level", ALL): "ERROR"}, by="ada", why="too many lines")
    versions.change({("log_level", ALL): "DEBUG"}, by="grace", why="a fault")
    back = versions.roll_back(first.number, by="grace", why="found")
    found = list(versions.history(10))
    assert [(each.by, each.why) for each in found] == [
        ("grace", f"back to version {first.number}: found"), ("grace", "a fault"), ("ada", "too many lines"),
    ]  # fmt: skip
    assert back.values == first.values == versions.newest().values
    with pytest.raises(Refused, match="no version 99"):
        versions.roll_back(99, **WHY)


def test_a_service_reads_and_never_writes_and_the_operator_destroys_nothing(bao: Bao, versions: Versions) -> None:
    versions.change({("streams_each", ALL): "3"}, **WHY)
    kyc, operator = bao.client("kyc"), bao.client(pki.OPERATOR)
    assert kyc.read(SETTINGS_PATH)["data"]["by"] == "ada"
    with pytest.raises(errors.Unavailable):
        kyc.write(SETTINGS_PATH, data={"values": {}}, options={"cas": 1})
    for path in ("settings/data/platform", "settings/metadata/platform"):
        with pytest.raises(errors.Unavailable):
            operator.ask(lambda client: client.adapter.delete(f"/v1/{path}"))  # noqa: B023 - called at once
    with pytest.raises(errors.Unavailable):
        operator.read("kv/data/kyc")
    with pytest.raises(exceptions.InvalidRequest):
        bao.admin.adapter.post(f"/v1/{SETTINGS_PATH}", json={"data": {"values": {}}})


def test_while_openbao_is_away_the_last_known_values_stay_also_over_a_start(
    bao: Bao, versions: Versions, tmp_path: Path
) -> None:
    before = Process(bao, tmp_path)
    made = versions.change({("streams_each", ALL): "3"}, **WHY)
    before.delivery.refresh()
    away = Process(bao, tmp_path, url="https://127.0.0.1:1")
    with pytest.raises(errors.Unavailable):
        away.delivery.refresh()
    away.delivery.restore()
    assert (away.values["streams_each"](), away.dynamic.version) == (3, made.number)


def test_one_question_is_asked_at_an_idle_look(bao: Bao, versions: Versions, tmp_path: Path) -> None:
    versions.change({("streams_each", ALL): "3"}, **WHY)
    engines.keep_static(bao.admin, "kyc", {"smtp-password": "one"})
    now, asked = [0.0], list[str]()
    client = bao.client("kyc", delivers=("kv", "settings"), secrets_folder=tmp_path)
    delivery = Delivery(client, DynamicSettings(TABLE, "kyc").take, lambda: now[0])
    delivery.refresh(all_of_it=False)
    read = client.read
    client.read = lambda path: asked.append(path) or read(path)  # type: ignore[method-assign, func-returns-value]
    delivery.refresh(all_of_it=False)
    assert asked == [SETTINGS_PATH]
    now[0] += client.settings.secrets_seconds
    engines.keep_static(bao.admin, "kyc", {"smtp-password": "two"})
    assert delivery.refresh(all_of_it=False) == ["smtp-password"]
    # What a part refuses is asked for at once.
    engines.keep_static(bao.admin, "kyc", {"smtp-password": "three"})
    assert delivery.refresh() == ["smtp-password"]


def test_the_command_says_what_is_in_force(
    bao: Bao, versions: Versions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.of_settings(bao.layout).items():
        monkeypatch.setenv(name, value)
    assert main(["show"]) == 0
    assert main(["set", "streams_each", "4", "--reader", "kyc", "--why", "a flood", "--by", "ada"]) == 0
    assert main(["set", "streams_each", "400", "--why", "a slip"]) == 1
    assert main(["list"]) == 0
    assert main(["history"]) == 0
    assert main(["set", "streams_each", "default", "--reader", "kyc", "--why", "over"]) == 0
    assert main(["rollback", "1", "--why", "again"]) == 0
    said = capsys.readouterr()
    assert "nothing is set" in said.out
    assert "ada: a flood\n    streams_each[kyc]=4" in said.out
    assert "streams_each: streams_each[kyc]=4" in said.out
    assert "log_level: default INFO" in said.out
    assert said.err == "error: streams_each is 400, and must be a whole number from 1 to 100 streams\n"
    assert versions.newest().values == {"streams_each": {"kyc": 4}}


def test_settings_change_under_load_and_no_call_fails(
    bao: Bao, versions: Versions, tmp_path: Path, shelf: ModuleType, mesh: Mesh
) -> None:
    running = Running(mesh, shelf.Shelf(), {"book_id": shelf.owner_of}, shelf.MemoryStore())
    kyc, over, done, failures = Process(bao, tmp_path), threading.Event(), [0], list[str]()
    kyc.dynamic.follow("streams_each", running.builder.streams.share, 6)
    kyc.dynamic.follow("trace_ratio", tracing.set_ratio, 0.05)
    client = running.client(customer())

    def work() -> None:
        while not over.is_set():
            try:
                assert len(list(client.ListOwn(shelf.pb.GetRequest(book_id="any")))) == 2
            except Exception as error:
                failures.append(repr(error))
            done[0] += 1

    working = threading.Thread(target=work)
    working.start()
    try:
        for each in range(1, 5):
            versions.change({("streams_each", ALL): str(each), ("trace_ratio", ALL): str(each / 5)}, **WHY)
            kyc.delivery.refresh()
            assert running.builder.streams.each == each
            before = done[0]
            until(lambda: done[0] > before + 5, "calls under the new settings")  # noqa: B023 - called at once
    finally:
        over.set()
        working.join()
        running.stop()
        tracing.set_ratio(0.05)
    assert not failures

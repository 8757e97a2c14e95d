"""The table of parts: an order that can be followed, and a configuration that the supervisor understands."""

import configparser
import os
import re
import shlex
import stat
from pathlib import Path

import pytest

from services import catalog
from stack import environment, folders
from stack.layout import Layout, properties
from stack.part import Stage
from stack.parts import choose, stand_in_of, stand_ins, table
from stack.ports import OFFSETS
from stack.profiles import PROFILES, profiled
from stack.supervisor import APPENDING, Supervisor


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(18000, tmp_path)


def test_each_part_comes_after_those_it_waits_for() -> None:
    seen: set[str] = set()
    for part in table():
        assert set(part.after) <= seen, part.name
        seen.add(part.name)


def test_every_service_is_a_part_and_is_stopped_before_the_parts_it_uses() -> None:
    stages = {part.name: part.stage for part in table()}
    for name in catalog.BY_NAME:
        assert stages["edge"] > stages[name] > stages["postgres"] == Stage.PARTS


def test_every_service_and_nothing_else_has_a_stand_in_which_does_not_run_by_itself() -> None:
    assert [part.name for part in stand_ins()] == [f"{name}-standby" for name in catalog.BY_NAME]
    assert {part.name for part in table() if stand_in_of(part.name)} == set(catalog.BY_NAME)
    assert not {part.name for part in table()} & {part.name for part in stand_ins()}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_parts_of_a_profile_come_after_those_they_wait_for_and_can_be_looked_up(profile: str) -> None:
    seen = {part.name for part in table()}
    for part in profiled(profile):
        assert set(part.after) <= seen, part.name
        # Nobody asks the archivist.
        assert part.name in OFFSETS or part.name == "archivist"
        assert part.account
        assert choose([part.name]) == [part]
        seen.add(part.name)


def test_a_stack_without_profiles_has_no_part_of_one() -> None:
    assert not {part.name for part in table()} & {part.name for part in profiled(*PROFILES)}
    assert {part.name for part in profiled("observability")} == {
        "alertmanager", "blackbox", "node", "logstore", "tracestore", "archivist", "collector", "prometheus", "boards",
    }  # fmt: skip
    assert not profiled()


def test_the_supervisor_gets_a_program_for_each_part(layout: Layout) -> None:
    supervisor = Supervisor(layout, table())
    assert supervisor.configure()
    assert not supervisor.configure()
    config = configparser.RawConfigParser()
    config.read(layout.state / "supervisord.conf")
    for part in table():
        assert config.has_section(f"program:{part.name}") == bool(part.command)
    assert "kyc" in config["group:services"]["programs"].split(",")
    assert (layout.state / "supervisord.conf").stat().st_mode & 0o777 == 0o600


def test_no_setting_of_the_supervisor_holds_the_path_of_the_checkout(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "CHECKOUT", Path("/srv/it's 100% \u00e4 ;#"))
    Supervisor(layout, table()).configure()
    config = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"))
    config.read(layout.state / "supervisord.conf")
    assert not [
        f"{name}: {key}" for name in config.sections() for key, value in config[name].items() if "it's" in value
    ]


def test_another_checkout_is_another_configuration(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Supervisor(layout, table()).configure()
    monkeypatch.setattr(folders, "CHECKOUT", Path("/elsewhere"))
    assert Supervisor(layout, table()).configure()


def test_who_is_another_user_begins_where_it_may_enter(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    Supervisor(layout, table()).configure()
    config = configparser.RawConfigParser()
    config.read(layout.state / "supervisord.conf")
    programs = [config[name] for name in config.sections() if "user" in config[name]]
    programs += [config[name] for name in config.sections() if " setpriv --reuid" in config[name].get("command", "")]
    assert {each["directory"] for each in programs} == {str(layout.state)}
    assert len(programs) > 8


def test_an_account_is_one_parts_alone_and_its_home_is_what_it_owns(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = {(part.account.number, part.account.folder) for part in table() if part.account}
    assert len(owned) == len({number for number, _ in owned}) == len({folder for _, folder in owned})
    for root in (True, False):
        monkeypatch.setattr(os, "geteuid", lambda root=root: 0 if root else 1000)
        Supervisor(layout, table()).configure()
        config = configparser.RawConfigParser()
        config.read(layout.state / "supervisord.conf")
        for part in table():
            if part.account:
                given = config[f"program:{part.name}"]
                logged = re.escape(f"{shlex.join(APPENDING)} {layout.logs / part.name}.log ")
                becomes = (
                    rf"setpriv --reuid={part.account.number} |\S+ -m stack\.opened (--\w+ \w+ )*{part.account.number} "
                )
                assert bool(re.match(f"{logged}({becomes})", given["command"])) is root
                # Python finds the project where the supervisor began, and is let in there.
                assert ("directory" in given) is (root and not part.account.python)
                assert (f'HOME="{layout.state / part.account.folder}"' in given.get("environment", "")) is root
        # Whoever is in the group of the account that turns them over reads the logs, and no one else.
        assert stat.S_IMODE(layout.logs.stat().st_mode) == 0o750


@pytest.mark.parametrize("name", ["a;b c", "a #b", 'a"b', "a'b", "a\\b", "a,b"])
def test_a_state_folder_that_no_settings_file_can_name_is_refused_at_once(tmp_path: Path, name: str) -> None:
    layout = Layout(18000, tmp_path / name)
    if name == "a;b c":
        assert Supervisor(layout, table()).configure()
        return
    with pytest.raises(ValueError, match="cannot be given"):
        Supervisor(layout, table()).configure()


def test_properties_are_read_by_java_as_they_were_meant() -> None:
    assert properties({"a": "/x \u00e4/\\", "b": "\U0001f600"}) == "a=/x \\u00e4/\\\\\nb=\\ud83d\\ude00\n"


def test_no_password_is_on_a_command_line_or_in_the_environment(layout: Layout) -> None:
    Supervisor(layout, table()).configure()
    for service in catalog.SERVICES:
        environment.static_secrets(layout, service.name)
    text = (layout.state / "supervisord.conf").read_text()
    secrets = [path.read_text() for path in (layout.state / "secrets").iterdir()]
    assert len(secrets) > len(catalog.SERVICES)
    assert not [secret for secret in secrets if secret in text]


def test_a_service_gets_its_own_secrets_only(layout: Layout) -> None:
    shared = set(environment.secrets().values())
    for service in catalog.SERVICES:
        found = environment.of_service(layout, service.name)
        named = {
            Path(value).parent for key, value in found.items() if key.endswith(("PASSWORD_FILE", "SECRET_KEY_FILE"))
        }
        assert named == {layout.delivered(service.name)}
        given = set(environment.static_secrets(layout, service.name).values())
        others = [
            each for name in catalog.BY_NAME if name != service.name for each in environment.secrets(name).values()
        ]
        assert not given & {layout.secret(each) for each in others if each not in shared}


def test_no_supervisor_runs_in_an_empty_folder(layout: Layout) -> None:
    supervisor = Supervisor(layout, table())
    assert supervisor.pid() is None
    (layout.state / "supervisord.pid").write_text("1")
    assert supervisor.pid() is None
    supervisor.end()


def test_a_state_folder_too_deep_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long"):
        Supervisor(Layout(18000, tmp_path / ("x" * 120)), table()).configure()

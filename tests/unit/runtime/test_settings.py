"""Settings out of the environment."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from services.runtime.settings import SettingsError, load
from services.runtime.tls import MutualTlsSettings


@dataclass(frozen=True)
class Store:
    host: str
    port: int
    password_file: Path
    pool_size: int = 20


@dataclass(frozen=True)
class Limits:
    rate: Decimal = Decimal("1.5")
    strict: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    store: Store
    limits: Limits = field(default_factory=Limits)
    mail: Store | None = None
    wait: float = 1.0


@dataclass(frozen=True)
class Bus:
    tls: MutualTlsSettings


@dataclass(frozen=True)
class Listener:
    bus: Bus


TLS = "LOANFLOW_BUS_TLS_"


@pytest.mark.parametrize("left_out", ["AUTHORITY", "CERTIFICATE", "KEY"])
def test_a_connection_without_encryption_is_no_setting(tmp_path: Path, left_out: str) -> None:
    file = tmp_path / "pem"
    file.touch()
    whole = {f"{TLS}{each}_FILE": str(file) for each in ("AUTHORITY", "CERTIFICATE", "KEY")}
    assert load(Listener, whole).bus.tls.key_file == file
    del whole[f"{TLS}{left_out}_FILE"]
    with pytest.raises(
        SettingsError, match=rf"LOANFLOW_BUS_TLS_\*: {left_out.lower()}_file not set; plaintext=true goes"
    ):
        load(Listener, whole)
    assert load(Listener, {**whole, f"{TLS}PLAINTEXT": "true"}).bus.tls.context() is None


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    secret = tmp_path / "password"
    secret.write_text("s")
    return {
        "LOANFLOW_STORE_HOST": "h",
        "LOANFLOW_STORE_PORT": "5432",
        "LOANFLOW_STORE_PASSWORD_FILE": str(secret),
    }


def test_defaults_hold_where_nothing_is_set(environ: dict[str, str]) -> None:
    settings = load(Settings, environ)
    assert (settings.store.port, settings.store.pool_size, settings.mail) == (5432, 20, None)
    assert settings.limits == Limits()


def test_every_kind_of_value(environ: dict[str, str]) -> None:
    more = {"LIMITS_RATE": "2.50", "LIMITS_STRICT": "true", "LIMITS_NAMES": "a, b", "WAIT": "0.5"}
    settings = load(Settings, environ | {f"LOANFLOW_{key}": value for key, value in more.items()})
    assert settings.limits == Limits(Decimal("2.50"), True, ("a", "b"))
    assert settings.wait == 0.5


def test_all_that_is_wrong_is_said_at_once(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    del environ["LOANFLOW_STORE_HOST"]
    environ |= {"LOANFLOW_STORE_PORT": "x", "LOANFLOW_STORE_PASSWORD_FILE": "/nowhere", "LOANFLOW_MAIL_HOST": "m"}
    with pytest.raises(SettingsError) as raised:
        load(Settings, environ)
    assert raised.value.code == 2
    assert raised.value.problems == [
        "LOANFLOW_STORE_HOST is not set",
        "LOANFLOW_STORE_PORT is not of type int",
        "LOANFLOW_STORE_PASSWORD_FILE names no file: /nowhere",
        "LOANFLOW_MAIL_PORT is not set",
        "LOANFLOW_MAIL_PASSWORD_FILE is not set",
    ]
    assert "LOANFLOW_STORE_PORT" in capsys.readouterr().err


@dataclass(frozen=True)
class Chosen:
    peer_from: Literal["tls", "xfcc"] = "tls"


def test_a_choice_is_one_of_its_words() -> None:
    assert load(Chosen, {"LOANFLOW_PEER_FROM": "xfcc"}) == Chosen("xfcc")
    with pytest.raises(SettingsError) as raised:
        load(Chosen, {"LOANFLOW_PEER_FROM": "header"})
    assert raised.value.problems == ["LOANFLOW_PEER_FROM is not one of tls, xfcc"]

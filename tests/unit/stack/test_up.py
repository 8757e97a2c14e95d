"""What is started when the settings of a stack that runs have changed."""

from stack.__main__ import resting, with_running
from stack.parts import choose, table


def names(asked: list[str], running: set[str]) -> list[str]:
    return [part.name for part in with_running(choose(asked), running, (*table(), *resting()))]


def test_who_asks_for_one_part_does_not_take_the_others_away() -> None:
    assert names(["search"], {"postgres", "kafka", "kyc"}) == ["postgres", "kafka", "kyc", "search"]


def test_nothing_is_started_that_neither_ran_nor_is_asked_for() -> None:
    assert names(["redis"], set()) == ["redis"]


def test_migrations_are_those_that_were_asked_for() -> None:
    [asked] = [part for part in choose(["kyc", "migrations"]) if part.name == "migrations"]
    found = with_running(choose(["kyc", "migrations"]), {"postgres"}, (*table(), *resting()))
    assert [part.name for part in found] == ["postgres", "migrations", "kyc"]
    assert str(found[1].settle) == str(asked.settle) != str(next(p for p in table() if p.name == "migrations").settle)

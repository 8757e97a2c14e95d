"""The tables of points that the service is shipped with, read and checked at its start.

A table is refused whole, by file and line, when it is not what its hash seals, lacks a band, has a characteristic that
nothing computes, or does not add up: the process does not start, and those of the version before go on. Which of the
tables decides, and which is only recorded beside it, say the dynamic settings `risk_scorecard` and `risk_challenger`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from services.risk.assessment import RiskRating, ScoreReason
from services.risk.characteristics import NAMED, Characteristic
from services.risk.scorecard import BEST, Bands, Categories, Probability, Scorecard
from services.risk.table_digest import digest_of

# What decides, and what is recorded beside it, until a setting says otherwise.
CHAMPION, CHALLENGER = "2026-11-30", "2026-11-01"
NO_CHALLENGER = "none"
# What shares that are rounded to four decimals may be short of a whole.
_ROUNDED = Decimal("0.005")


class BadTable(ValueError):
    """A table cannot be used; the text names file, line, and what is wrong."""


@dataclass(frozen=True)
class Tables:
    """All tables by their version, and which of them is asked: both are read anew at each assessment."""

    by_version: Mapping[str, Scorecard]
    champion_version: Callable[[], str] = lambda: CHAMPION
    challenger_version: Callable[[], str] = lambda: CHALLENGER

    @property
    def champion(self) -> Scorecard:
        """The table that decides."""
        return self.by_version[self.champion_version()]

    @property
    def challenger(self) -> Scorecard | None:
        """The table whose score is only recorded; None when there is none beside the champion."""
        version = self.challenger_version()
        return None if version in (NO_CHALLENGER, self.champion_version()) else self.by_version[version]

    def of(self, version: str) -> Scorecard:
        """The table of an earlier assessment, so that what is compared with it is measured alike."""
        return self.by_version.get(version, self.champion)


@cache
def shipped() -> Mapping[str, Scorecard]:
    """The tables of the package, by version; BadTable."""
    folder = resources.files(__package__).joinpath("points")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name)
    return read_all((each.name, each.read_text(encoding="utf-8")) for each in files)


def read_all(files: Iterable[tuple[str, str]]) -> Mapping[str, Scorecard]:
    """The tables of files by name and text; BadTable when one is none, or not of the version that its name says."""
    found = {}
    for name, text in files:
        made = parse(text, name)
        if name != f"{made.version}.json":
            raise BadTable(f"{name}:{_line(text, 'version')}: is of version {made.version}")
        found[made.version] = made
    return found


def parse(text: str, name: str = "table") -> Scorecard:
    """The table of a JSON text; BadTable names the file and the line of what is wrong."""
    reading = _Reading(text, name)
    try:
        return reading.table(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadTable(f"{name}:{error.lineno}: is no JSON: {error.msg}") from error
    except BadTable:
        raise
    except RecursionError as error:
        raise BadTable(f"{name}:1: is too deep for a table") from error
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise BadTable(f"{name}:{reading.line}: lacks or misstates {error}") from error


class _Reading:
    """One file as it is read; `line` is that of what is looked at."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name, self.line = text, name, 1

    def table(self, data: Mapping[str, Any]) -> Scorecard:
        self._at("sha256")
        self._require(data["sha256"] == digest_of(data), "its content is not what its hash seals")
        found: dict[Characteristic, Bands | Categories] = {}
        for each in data["characteristics"]:
            self._at(each["name"])
            self._require(each["name"] in Characteristic.__members__, f"nothing computes {each['name']}")
            known = Characteristic[each["name"]]
            self._require(known not in found, f"{known.name} is there twice")
            found[known] = self._categories(each, NAMED[known]) if known in NAMED else self._bands(each)
        self._at("characteristics")
        self._require(bool(found), "no characteristic is there")
        shares = self._shares(data)
        self._at("base_points")
        base = _whole(data["base_points"])
        worths = [[reason.points for reason in each.all] for each in found.values()]
        least, most = (base + sum(map(pick, worths)) for pick in (min, max))
        self._require(least >= 0 and most <= BEST, f"the points add up to {least}..{most}, outside of 0..{BEST}")
        ratings, probability = self._ratings(data), self._probability(data)
        self._at("version")
        version = _text(data["version"])
        return Scorecard(version, base, found, ratings, probability, self._population(data), shares)

    def _shares(self, data: Mapping[str, Any]) -> Mapping[str, Decimal]:
        """The share of each band of the data, by its code, where the table says them; a code is that of one band."""
        made, codes = dict[str, Decimal](), set[str]()
        for each in data["characteristics"]:
            bands = [*(each.get("bands") or each["categories"].values()), each["missing"]]
            for band in bands:
                self._at(band["code"])
                self._require(band["code"] not in codes, f"{band['code']} is the code of another band, too")
                codes.add(band["code"])
            self._at(each["name"])
            shares = {band["code"]: _share(band["share"]) for band in bands if "share" in band}
            self._require(not shares or _whole_of(shares.values()), f"the shares of {each['name']} do not add up to 1")
            made |= shares
        return made

    def _population(self, data: Mapping[str, Any]) -> tuple[tuple[int, Decimal], ...]:
        self._at("population")
        found = tuple(
            (_whole(each.get("below", BEST + 1)), _share(each["share"])) for each in data.get("population", ())
        )
        bounds = [bound for bound, _ in found]
        rise = bounds == sorted(set(bounds)) and bounds[-1:] == [BEST + 1]
        self._require(not found or rise, f"the bounds of the population do not rise to {BEST}")
        self._require(not found or _whole_of(share for _, share in found), "its shares do not add up to 1")
        return found

    def _bands(self, data: Mapping[str, Any]) -> Bands:
        self._require(bool(data["bands"]), f"{data['name']} lacks bands")
        *bounded, last = data["bands"]
        self._require("below" not in last, f"the last band of {data['name']} has a bound: values above it have no band")
        bounds = tuple(_decimal(each["below"]) for each in bounded)
        self._require(sorted(set(bounds)) == list(bounds), f"the bounds of {data['name']} do not rise")
        return Bands(bounds, tuple(map(_reason, data["bands"])), _reason(data["missing"]))

    def _categories(self, data: Mapping[str, Any], names: frozenset[str]) -> Categories:
        lacking, unknown = sorted(names - data["categories"].keys()), sorted(data["categories"].keys() - names)
        self._require(not lacking, f"{data['name']} lacks {', '.join(lacking)}")
        self._require(not unknown, f"nothing is {', '.join(unknown)} in {data['name']}")
        reasons = {name: _reason(each) for name, each in data["categories"].items()}
        return Categories(reasons, _reason(data["missing"]))

    def _ratings(self, data: Mapping[str, Any]) -> tuple[tuple[int, RiskRating], ...]:
        self._at("ratings")
        found = tuple((_whole(each["from"]), RiskRating[each["rating"]]) for each in data["ratings"])
        floors = [floor for floor, _ in found]
        falls = floors == sorted(set(floors), reverse=True) and floors[-1:] == [0]
        self._require(falls, "the ratings do not fall to 0")
        return found

    def _probability(self, data: Mapping[str, Any]) -> Probability | None:
        if (line := data.get("probability")) is None:
            return None
        self._at("probability")
        made = Probability(_decimal(line["at_zero"]), _decimal(line["slope"]))
        self._require(made.slope < 0, "the probability of a bad loan does not fall with the score")
        return made

    def _at(self, word: str) -> None:
        self.line = _line(self._text, word)

    def _require(self, right: bool, otherwise: str) -> None:
        if not right:
            raise BadTable(f"{self._name}:{self.line}: {otherwise}")


def _reason(data: Mapping[str, Any]) -> ScoreReason:
    words = _text(data["description"]), _text(data.get("change", ""))
    return ScoreReason(_text(data["code"]), _whole(data["points"]), *words)


def _share(value: Any) -> Decimal:
    if not 0 <= (found := _decimal(value)) <= 1:
        raise TypeError(f"{value!r}: has to be a share, from 0 to 1")
    return found


def _whole_of(shares: Iterable[Decimal]) -> bool:
    """Whether shares are those of a whole, each rounded."""
    return abs(sum(shares, Decimal(0)) - 1) <= _ROUNDED


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r}: has to be a whole number")
    return value


def _decimal(value: Any) -> Decimal:
    found = Decimal(value) if isinstance(value, str) or type(value) is int else None
    if found is None or not found.is_finite():
        raise TypeError(f"{value!r}: has to be a number, in quotes where it has decimals")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r}: has to be a text")
    return value


def _line(text: str, word: str) -> int:
    """The first line that has the word in quotes; 1 where none has."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if f'"{word}"' in line), 1)

"""What the law asks of a loan, as data: packs by country, and which pack the loans of a facility type follow; pure.

A pack, of `packs.json`, names its sources, the form of the information before the agreement, and the days in which the
borrower may withdraw from what is signed and then repay. What a notice of a refusal says of the applicant's rights is
in `rights.json`, by language. `facilities.json` gives facility types their pack, none of them one today; a file of the
same form, of a deployment's own, takes its place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
NEUTRAL = "NEUTRAL"
# The rate of 12 CFR 1026.22, which is disclosed in a box with what it is computed from.
_DISCLOSED = "us_apr"


class UnknownPack(ValueError):
    """A facility type is given a pack that there is not; names both."""


@dataclass(frozen=True)
class Rights:
    """What a notice of a refusal says of the applicant's rights, with `scored` where the decision looked at a score."""

    refusal: tuple[str, ...]
    scored: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """The law of a country for a kind of loan.

    `precontract` is a form of services/papers; with `precontract_first` nobody signs a file who was not given it.
    `rate` is the annual percentage rate that papers print, `apr` (Directive 2008/48/EC, annex I) or `us_apr`, and
    `consent` the text that who signs electronically agrees to, both as services/papers has them.
    `withdrawal_days` count from the signature, 0 where there is no such right; `repay_days` from the notice of
    withdrawal. `language` is the one that the law wants papers in, by its tag of BCP 47, empty where it leaves that
    open: what the customer wants does not count against it.

    The notice of a refusal has `rights`, by language. It has to reach the customer in `notice_days` of the decision,
    with `notice_from_application` in those of the complete application, unless an offer was an answer to it before; for
    `review_days` from when it is sent they may ask that a person reviews the decision, and have the answer in
    `answer_days`. `notice_basis` says where these are from, also where the law has no number and it is the lender's.
    """

    code: str
    law: tuple[str, ...]
    precontract: str
    precontract_first: bool
    rate: str
    consent: str
    withdrawal_days: int
    repay_days: int
    notice_from_application: bool
    notice_days: int
    review_days: int
    answer_days: int
    notice_basis: str
    language: str
    rights: Mapping[str, Rights]

    @property
    def sources(self) -> str:
        """The acts in one line."""
        return ", ".join(self.law)

    @property
    def disclosure(self) -> bool:
        """Whether the rate is disclosed in a box, with finance charge, amount financed and total of payments."""
        return self.rate == _DISCLOSED


@cache
def packs() -> Mapping[str, Pack]:
    """Every pack by its code."""
    found: list[dict[str, Any]] = json.loads((_HERE / "packs.json").read_text(encoding="utf-8"))
    rights: dict[str, dict[str, Any]] = json.loads((_HERE / "rights.json").read_text(encoding="utf-8"))
    return {
        each["code"]: Pack(**{**each, "law": tuple(each["law"]), "rights": _rights(rights, each["code"])})
        for each in found
    }


@cache
def pack_by_facility(file: Path | None = None) -> Mapping[str, Pack]:
    """The pack of each facility type that has one, of the file or of the package; UnknownPack."""
    found: dict[str, str] = json.loads((file or _HERE / "facilities.json").read_text(encoding="utf-8"))
    for facility, code in found.items():
        if code not in packs():
            raise UnknownPack(f"{facility}: {code} is no pack; there are {', '.join(packs())}")
    return {facility: packs()[code] for facility, code in found.items()}


def pack_of(facility: str, file: Path | None = None) -> Pack:
    """The pack that loans of a facility type follow: the neutral one where none is given."""
    return pack_by_facility(file).get(facility, packs()[NEUTRAL])


def _rights(by_language: Mapping[str, Mapping[str, Any]], code: str) -> dict[str, Rights]:
    said = {language: each[code] for language, each in by_language.items()}
    return {language: Rights(tuple(each["refusal"]), tuple(each["scored"])) for language, each in said.items()}

"""Bank statements in camt.053 of ISO 20022 as banks send them: versions 02 and 08, one Stmt a month, right sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from services.lending.calendar import add_months, month_end

IBAN, EMPLOYER_IBAN = "DE89370400440532013000", "DE44500105175407324931"
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


@dataclass(frozen=True)
class Booking:
    """One Ntry; `amount` is below zero for what leaves the account, `reverses` what it takes back."""

    day: date
    amount: Decimal
    party: str = ""
    party_account: str = ""
    purpose: str = ""
    code: tuple[str, str, str] = ("PMNT", "RCDT", "ESCT")
    reverses: bool = False
    status: str = "BOOK"
    currency: str = ""


@dataclass(frozen=True)
class Month:
    """One Stmt, of a whole month unless given otherwise."""

    first: date
    bookings: tuple[Booking, ...] = ()
    last: date | None = None

    @property
    def end(self) -> date:
        return self.last or date(self.first.year, self.first.month, month_end(self.first.year, self.first.month))


@dataclass(frozen=True)
class Account:
    """A file of one account; its balances follow from `opening` and what is booked."""

    months: tuple[Month, ...]
    owner: str = "Ada Lovelace"
    iban: str = IBAN
    currency: str = "EUR"
    opening: Decimal = Decimal("1200.00")
    version: str = "08"
    header: str = ""
    closing_off_by: Decimal = Decimal(0)
    gaps: tuple[Decimal, ...] = field(default=())

    def xml(self) -> bytes:
        """The file."""
        balance, parts = self.opening, []
        for place, month in enumerate(self.months):
            balance += self.gaps[place] if place < len(self.gaps) else Decimal(0)
            opened = balance
            balance += sum((each.amount for each in month.bookings if each.status == "BOOK"), Decimal(0))
            parts.append(self._statement(place + 1, month, opened, balance + self.closing_off_by))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{SPACE}{self.version}">\n<BkToCstmrStmt>\n'
            f"<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-02T06:00:00+01:00</CreDtTm>{self.header}</GrpHdr>\n"
            + "".join(parts) + "</BkToCstmrStmt>\n</Document>\n"
        ).encode()  # fmt: skip

    def _statement(self, number: int, month: Month, opened: Decimal, closed: Decimal) -> str:
        return (
            f"<Stmt>\n<Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
            f"<CreDtTm>{month.end}T23:59:59Z</CreDtTm>\n"
            f"<FrToDt><FrDtTm>{month.first}T00:00:00</FrDtTm><ToDtTm>{month.end}T23:59:59</ToDtTm></FrToDt>\n"
            f"<Acct><Id><IBAN>{self.iban}</IBAN></Id><Ccy>{self.currency}</Ccy>"
            f"<Ownr><Nm>{self.owner}</Nm></Ownr><Svcr><FinInstnId><Nm>A Bank</Nm></FinInstnId></Svcr></Acct>\n"
            + self._balance("OPBD", opened, month.first)
            + self._balance("CLBD", closed, month.end)
            + self._balance("CLAV", closed, month.end)
            + "".join(map(self._entry, month.bookings)) + "</Stmt>\n"
        )  # fmt: skip

    def _balance(self, code: str, amount: Decimal, day: date) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{self._amount(amount)}"
            f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
        )  # fmt: skip

    def _amount(self, amount: Decimal, currency: str = "") -> str:
        side = "DBIT" if amount < 0 else "CRDT"
        return f'<Amt Ccy="{currency or self.currency}">{abs(amount):f}</Amt><CdtDbtInd>{side}</CdtDbtInd>'

    def _entry(self, booking: Booking) -> str:
        reversal = "<RvslInd>true</RvslInd>" if booking.reverses else ""
        status = f"<Cd>{booking.status}</Cd>" if self.version == "08" else booking.status
        domain, family, sub = booking.code
        code = f"<Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn>"
        return (
            f"<Ntry>\n{self._amount(booking.amount, booking.currency)}{reversal}<Sts>{status}</Sts>"
            f"<BookgDt><Dt>{booking.day}</Dt></BookgDt><ValDt><Dt>{booking.day}</Dt></ValDt>"
            f"<BkTxCd>{code}</BkTxCd>\n<NtryDtls><TxDtls>{self._parties(booking)}"
            + (f"<Purp><Cd>{booking.purpose}</Cd></Purp>" if booking.purpose else "")
            + "<RmtInf><Ustrd>Thanks &amp; regards</Ustrd></RmtInf></TxDtls></NtryDtls>\n</Ntry>\n"
        )  # fmt: skip

    def _parties(self, booking: Booking) -> str:
        if not booking.party:
            return ""
        # Of a reversal the parties stay those of what it takes back.
        side = "Dbtr" if (booking.amount > 0) is not booking.reverses else "Cdtr"
        name = f"<Nm>{booking.party}</Nm>"
        named = f"<Pty>{name}</Pty>" if self.version == "08" else name
        account = (
            f"<{side}Acct><Id><IBAN>{booking.party_account}</IBAN></Id></{side}Acct>" if booking.party_account else ""
        )
        return f"<RltdPties><{side}>{named}</{side}>{account}</RltdPties>"


def salary(day: date, amount: str = "3000.00", purpose: str = "SALA") -> Booking:
    """What an employer pays."""
    return Booking(day, Decimal(amount), "Analytical Engines Ltd", EMPLOYER_IBAN, purpose)


def rent(day: date, amount: str = "-900.00") -> Booking:
    """What goes to the landlord."""
    return Booking(day, Decimal(amount), "House &amp; Home", "DE02120300000000202051", "RENT", ("PMNT", "ICDT", "STDO"))


def instalment(day: date, amount: str = "-250.00") -> Booking:
    """What goes to another lender."""
    return Booking(day, Decimal(amount), "Other Lender", "DE02500105170137075030", "LOAR", ("PMNT", "RDDT", "ESDD"))


def months(first: date, count: int, *of_each: Iterable[Booking], every: Sequence[Booking] = ()) -> tuple[Month, ...]:
    """Months in a row: the bookings of each by its place, and copies of `every` in all of them, on their day."""
    found = []
    for place in range(count):
        start = add_months(first, place)
        own = tuple(of_each[place]) if place < len(of_each) else ()
        same = tuple(replace(each, day=start.replace(day=each.day.day)) for each in every)
        found.append(Month(start, tuple(sorted((*own, *same), key=lambda each: each.day))))
    return tuple(found)


def employed(first: date = date(2026, 8, 1), count: int = 3, pay: str = "3000.00", **account: object) -> Account:
    """Who gets a salary and pays rent and an instalment, every month."""
    every = (salary(date(2026, 1, 28), pay), rent(date(2026, 1, 3)), instalment(date(2026, 1, 15)))
    return replace(Account(months(first, count, every=every)), **account)  # type: ignore[arg-type]

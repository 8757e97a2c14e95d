"""`python -m stack.demo`: on a stack that is up, takes a loan through for every applicant and ending; shows a table."""

import argparse
import itertools
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from stack import folders
from stack.demo import gallery
from stack.demo.api import Refused, Session
from stack.demo.applicants import Applicant, BadInput, read
from stack.demo.endings import Ending, live
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff, create_staff
from stack.layout import Layout

_TOGETHER = 3


@dataclass(frozen=True)
class Travelled:
    """One row of the table; `problem` is empty when the journey ended as it should."""

    journey: LoanJourney
    ending: Ending
    events: int
    milliseconds: int
    problem: str


def main() -> int:
    """Runs the demo; 1 when a loan did not reach its ending, 2 when the input is no list of applicants."""
    given = _arguments()
    try:
        pairs = assigned_endings(read(given.input))
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    layout = Layout.of(given.base)
    # Mails have one-time codes in them.
    given.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    edge = Session(f"http://127.0.0.1:{layout.ports.of('edge')}")
    staff = create_staff(edge, layout)
    lived = _live_all(pairs, edge, staff, given.out, layout)
    _show(lived, layout)
    reached = [(row.journey, row.ending) for row in lived if not row.problem]
    print(f"to look at  {gallery.make(reached, staff.manager, given.out, layout)}")
    return 1 if any(row.problem for row in lived) else 0


def assigned_endings(applicants: list[Applicant]) -> list[tuple[Applicant, Ending]]:
    """Every ending has an applicant and every applicant an ending; who is one too many repays."""
    count = max(len(applicants), len(Ending))
    endings = itertools.chain(Ending, itertools.repeat(Ending.REPAID))
    return list(itertools.islice(zip(itertools.cycle(applicants), endings), count))


def _live_all(
    pairs: list[tuple[Applicant, Ending]], edge: Session, staff: Staff, out: Path, layout: Layout
) -> list[Travelled]:
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total} loans"), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(pairs))

        def one(pair: tuple[Applicant, Ending]) -> Travelled:
            applicant, ending = pair
            journey = LoanJourney(
                edge, staff, applicant, out, layout.mails, lambda text: progress.update(task, description=text)
            )
            found = _travel(journey, ending)
            progress.advance(task)
            return found

        with ThreadPoolExecutor(_TOGETHER) as pool:
            return list(pool.map(one, pairs))


def _travel(journey: LoanJourney, ending: Ending) -> Travelled:
    began, problem, events = time.monotonic(), "", 0
    try:
        live(journey, ending)
        events = len(journey.events())
    except (Refused, TimeoutError) as error:
        problem = str(error)
    return Travelled(journey, ending, events, round((time.monotonic() - began) * 1000), problem)


def _show(lived: list[Travelled], layout: Layout) -> None:
    table = Table(title="Loans taken over REST")
    for name in ("loan", "applicant", "ending"):
        table.add_column(name)
    for name in ("amount", "instalment", "APR %", "total cost", "steps", "events", "ms"):
        table.add_column(name, justify="right")
    for row in lived:
        cost = row.journey.offer.get("cost", {})
        money = [cost.get(name, {}).get("amount", "") for name in ("instalment", "totalCost")]
        table.add_row(
            row.journey.application_id[:8], row.journey.applicant.name, row.ending.name.replace("_", " ").lower(),
            str(row.journey.applicant.amount), money[0], cost.get("aprPercent", ""), money[1],
            str(row.journey.steps), str(row.events), str(row.milliseconds),
        )  # fmt: skip
    # A table that is cut is of no use; piped into a file it would be as narrow as a terminal of old.
    console = Console(width=max(Console().width, 120))
    console.print(table)
    for row in lived:
        if row.problem:
            console.print(f"[red]{row.journey.application_id} ({row.ending.name}): {row.problem}[/red]", soft_wrap=True)
    ports = layout.ports
    console.print(f"edge        http://127.0.0.1:{ports.of('edge')}  https://127.0.0.1:{ports.of('edge tls')}")
    console.print(f"mail        {layout.mails}", soft_wrap=True)
    console.print("the stack stays up: make ps, make logs SERVICE=kyc, make down")


def _arguments() -> argparse.Namespace:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(prog="python -m stack.demo", description=__doc__)
    parser.add_argument("--base", type=int, default=folders.base(), help="base port of the stack (%(default)s)")
    parser.add_argument("--input", type=Path, default=here / "applicants.csv", help="CSV of applicants")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="where papers and messages go (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m stack.demo`: on a stack that is up, takes a loan through for every applicant and ending; shows a table.

Beside the endings it lives what goes wrong and comes back (lives.py), and at last the days that come after.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from stack import folders
from stack.demo import endings, gallery, lives
from stack.demo.api import Refused, Session
from stack.demo.applicants import Applicant, BadInput, read
from stack.demo.days import pass_by
from stack.demo.endings import Ending
from stack.demo.gallery import Gallery, Lived
from stack.demo.journey import LoanJourney
from stack.demo.lives import LIVES, Life
from stack.demo.offers import offering_all
from stack.demo.staff import Staff, create_staff
from stack.layout import Layout

_TOGETHER = 3
# Makes the journey of an applicant.
Made = Callable[[Applicant], LoanJourney]


@dataclass(frozen=True)
class Travelled:
    """One row of the table: a story, all who are in it, and what was wrong when it did not end as it should."""

    story: Ending | Life
    people: Sequence[LoanJourney]
    events: int
    milliseconds: int
    problem: str

    @property
    def title(self) -> str:
        """What the story is called."""
        return self.story.title if isinstance(self.story, Life) else self.story.name.replace("_", " ").lower()


def main() -> int:
    """Runs the demo; 1 when a story did not end as it should or a kind is missing, 2 when the input is no list."""
    given, began = _arguments(), time.time_ns()
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
    with offering_all(edge, layout):
        lived = _live_all(pairs, partial(LoanJourney, edge, staff, folder=given.out, mail_folder=layout.mails))
    lived = _pass_days(lived, layout)
    _show(lived, layout)
    shown = _gallery(lived, staff, given.out, layout, began)
    print(f"to look at  {shown.index}")
    for each in shown.missing:
        print(f"missing     {each}", file=sys.stderr)
    return 1 if shown.missing or any(row.problem for row in lived) else 0


def assigned_endings(applicants: list[Applicant]) -> list[tuple[Applicant, Ending]]:
    """Every ending has an applicant and every applicant an ending; who is one too many repays."""
    count = max(len(applicants), len(Ending))
    chosen = itertools.chain(Ending, itertools.repeat(Ending.REPAID))
    return list(itertools.islice(zip(itertools.cycle(applicants), chosen), count))


def _live_all(pairs: list[tuple[Applicant, Ending]], journey: Callable[..., LoanJourney]) -> list[Travelled]:
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total} loans"), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(pairs) + len(LIVES))

        def made(applicant: Applicant) -> LoanJourney:
            return journey(applicant=applicant, tell=lambda text: progress.update(task, description=text))

        def one(story: Callable[[Made], Travelled]) -> Travelled:
            found = story(made)
            progress.advance(task)
            return found

        # What takes longest goes first.
        stories = [*(partial(_live_through, each) for each in LIVES), *(partial(_end, *pair) for pair in pairs)]
        with ThreadPoolExecutor(_TOGETHER) as pool:
            rows = list(pool.map(one, stories))
    return [*rows[len(LIVES) :], *rows[: len(LIVES)]]


def _end(applicant: Applicant, ending: Ending, made: Made) -> Travelled:
    journey = made(applicant)
    return _timed(ending, [journey], lambda: endings.live(journey, ending))


def _live_through(life: Life, made: Made) -> Travelled:
    people = list[LoanJourney]()

    def known(applicant: Applicant) -> LoanJourney:
        people.append(made(applicant))
        return people[-1]

    return _timed(life, people, lambda: lives.live(life, known))


def _timed(story: Ending | Life, people: Sequence[LoanJourney], tell: Callable[[], object]) -> Travelled:
    began, problem, events = time.monotonic(), "", 0
    try:
        tell()
        events = len(people[0].events())
    except (Refused, TimeoutError) as error:
        problem = str(error)
    return Travelled(story, people, events, round((time.monotonic() - began) * 1000), problem)


def _pass_days(lived: list[Travelled], layout: Layout) -> list[Travelled]:
    going_on = [(row.story, row.people) for row in lived if isinstance(row.story, Life) and not row.problem]
    try:
        pass_by(going_on, layout)
    except (Refused, TimeoutError, RuntimeError) as error:
        return [replace(row, problem=str(error)) if _is_late(row) else row for row in lived]
    return lived


def _is_late(row: Travelled) -> bool:
    return isinstance(row.story, Life) and bool(row.story.later)


def _gallery(lived: Sequence[Travelled], staff: Staff, out: Path, layout: Layout, began: int) -> Gallery:
    ended = [(row.people[0], row.story) for row in lived if isinstance(row.story, Ending) and not row.problem]
    others = [Lived(row.title, row.people) for row in lived if isinstance(row.story, Life) and not row.problem]
    patient = not any(row.problem for row in lived)
    return gallery.make(ended, staff.manager, out, layout, others, began, patient)


def _show(lived: list[Travelled], layout: Layout) -> None:
    table = Table(title="Loans taken over REST")
    for name in ("loan", "applicant", "ending"):
        table.add_column(name)
    for name in ("amount", "instalment", "APR %", "total cost", "steps", "events", "ms"):
        table.add_column(name, justify="right")
    for row in lived:
        journey = row.people[0]
        cost = journey.offer.get("cost", {})
        money = [cost.get(name, {}).get("amount", "") for name in ("instalment", "totalCost")]
        table.add_row(
            journey.application_id[:8], journey.applicant.name, row.title, str(journey.applicant.amount), money[0],
            cost.get("aprPercent", ""), money[1], str(journey.steps), str(row.events), str(row.milliseconds),
        )  # fmt: skip
    # A table that is cut is of no use; piped into a file it would be as narrow as a terminal of old.
    console = Console(width=max(Console().width, 120))
    console.print(table)
    for row in lived:
        if row.problem:
            about = f"{row.people[0].application_id} ({row.title})"
            console.print(f"[red]{about}: {row.problem}[/red]", soft_wrap=True)
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

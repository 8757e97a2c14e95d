"""What the model card says: sections of paragraphs, tables and plots, made of the table and the measured figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stack.riskmodel.cuts import RATINGS

Made = Mapping[str, Any]

_USE = (
    "The model says how likely a loan to a person is to go bad, from what the application states. Its score, 0 worst "
    "to 1000 best, is computed by plain code of the risk service from a table of points; a risk manager decides. It is "
    "no model for companies, whose applications are not scored, and none for decisions without a person.",
    "It is a sum of points, one number for each characteristic: interpret's Explainable Boosting Machine without "
    "interactions, held to rising risk where more of something can only be more risk, and rounded to whole points. "
    "Age, sex, marital status and nationality are not in it. Amounts come as ratios: neither a currency nor prices are "
    "in it.",
)
_LIMITS = (
    "The loans are those of one Spanish lender in the nineties, and only of applications that were accepted: who was "
    "refused then is not in the data. {bad} of them went bad, far more than most lenders see.",
    "Nothing in the data says when a loan was made, so no test across time was possible.",
    "What a household spends is close to its size, and so to the marital status and the age of the customer.",
    "The credit record is what a credit bureau reports of the applicant: adverse with an account that is 30 days "
    "overdue now or more, one that was written off, a debt in collection or a bankruptcy, clean with accounts and "
    "nothing of that, as far back as the bureau reports it. What a record was in the data is not said there; the "
    "points are those of the nearest thing that a bureau has, and are to be measured anew before a decision rests on "
    "them.",
    "Without a report, or with one that has no account, the record counts as missing, which neither costs nor brings "
    "points. What the ranking is without it, and without what a customer need not state, is in the table of figures.",
    "The score is no limit of affordability: hardly a loan in the data was asked for by somebody whose debts take most "
    "of the income, so the model has seen little of them. What is left of the income is to be looked at beside it.",
    "No loan in the data runs for more than 72 months; the points of the last band of the tenure hold for all above "
    "it.",
)
_LENDER = (
    "Whether the population is theirs. It is not: the points are to be compared with outcomes of their own loans, and "
    "the probability to be calibrated anew, before a decision or a price rests on it.",
    "Which score releases, refers and refuses. The ratings are cut at probabilities of {ratings}.",
    "Whether every characteristic may be used where they lend. How a customer lives and works can stand in for who "
    "they are; the ratios below are where to begin.",
    "What is done where a group's ratio is below four fifths: another threshold, another characteristic, or a reason "
    "for which it is kept.",
    "How often drift and outcomes are looked at, and who stops the model.",
)


@dataclass(frozen=True)
class Grid:
    """A table with its head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the card; `plots` are names of SVG files with what they show."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    plots: tuple[tuple[str, str], ...] = ()


def sections(table: Made, figures: Made) -> tuple[Section, ...]:
    """All of the card, in its order."""
    training = table["training"]
    bad = _percent(training["bad"] / training["rows"])
    ratings = ", ".join(f"{each['rating']} from {each['from']}" for each in table["ratings"])
    cuts = ", ".join(f"{_percent(most)} ({rating})" for rating, most in RATINGS)
    return (
        Section("What it is for", _USE),
        Section(
            "Data",
            (
                f"{training['data']}: {training['rows']} loans, {training['bad']} of which went bad; SHA-256 of the "
                f"file {training['data_sha256']}. It is read where the model is trained, and is not part of this "
                "project.",
            ),
        ),
        _figures(table, figures),
        _calibration(table, figures),
        Section(
            "Points",
            (f"Every application begins with {table['base_points']} points. Ratings: {ratings}.",),
            grids=tuple(_characteristic(each) for each in table["characteristics"]),
            plots=(("points", "the points of every band of every characteristic"),),
        ),
        _fairness(figures),
        Section("The method on other loans", (_german(figures["german"]),),
                grids=tuple(_groups(kind, rows) for kind, rows in figures["german"]["fairness"].items())),
        Section("Limits", points=tuple(each.format(bad=bad) for each in _LIMITS)),
        Section("What a lender must decide", points=tuple(each.format(ratings=cuts) for each in _LENDER)),
    )  # fmt: skip


def _figures(table: Made, figures: Made) -> Section:
    head = ("scores", "AUC", "spread", "Gini", "KS")
    kinds = {"this model": figures, **{f"this model {name}": each for name, each in figures["less"].items()},
             "the points of before, made by hand": figures["points_before"]}  # fmt: skip
    rows = tuple(
        (name, *(f"{each[key]:.4f}" for key in ("auc", "auc_spread", "gini", "ks"))) for name, each in kinds.items()
    )
    text = (
        f"Measured on {figures['folds']} folds: each loan is scored by a model that was fitted, rounded and calibrated "
        "on the other four fifths. AUC and KS are the mean over the folds, the spread is the AUC's standard deviation."
    )
    plots = (
        ("ranking", "the ROC curves of the model and of the points of before"),
        ("distribution", "how many loans that were repaid and that went bad have which score"),
    )
    return Section("How well it ranks", (text,), grids=(Grid(head, rows),), plots=plots)


def _calibration(table: Made, figures: Made) -> Section:
    line = table["probability"]
    text = (
        f"The probability that a loan goes bad is 1 / (1 + exp(-({line['at_zero']} + {line['slope']} * score))). On "
        f"unseen loans its Brier score is {figures['brier']:.4f} (always saying the mean: "
        f"{figures['brier_of_the_mean']:.4f}), the mean difference between predicted and actual "
        f"{figures['expected_error']:.4f}, the calibration's slope {figures['slope']} and intercept "
        f"{figures['intercept']}; 1 and 0 are best."
    )
    rows = tuple((_percent(said), _percent(found), str(number)) for said, found, number in figures["tenths"])
    return Section(
        "How far its probability is right", (text,), grids=(Grid(("predicted", "went bad", "loans"), rows),),
        plots=(("reliability", "predicted beside actual share of bad loans"),),
    )  # fmt: skip


def _fairness(figures: Made) -> Section:
    text = (
        "Age and marital status are in the data, not in the model, and are used for this test alone. Released is whose "
        f"probability of a bad loan is at most {_percent(figures['released_at'])}; the ratio is to the group with the "
        "highest share, and four fifths (0.8) is the usual bound. Sex is not in this data, and is tested "
        "in the other below."
    )
    grids = tuple(_groups(kind, rows) for kind, rows in figures["fairness"].items())
    return Section("Fairness", (text,), grids=grids, plots=(("fairness", "the four-fifths ratio of every group"),))


def _groups(kind: str, groups: Any) -> Grid:
    head = (kind, "loans", "went bad", "predicted", "released", "ratio", "good ones released", "AUC")
    rows = tuple(
        (each["group"], str(each["rows"]),
         *(_percent(each[key]) for key in ("bad", "predicted", "released")),
         f"{each['ratio']:.2f}{'' if each['ratio'] >= 0.8 else ' (below 0.8)'}", _percent(each["good_released"]),
         f"{each['auc']:.3f}")
        for each in groups
    )  # fmt: skip
    return Grid(head, rows)


def _german(found: Made) -> str:
    return (
        f"German Credit, {found['rows']} loans, {found['bad']} bad: the same method on its own characteristics, "
        f"without age, sex, marital status and foreign worker, has an AUC of {found['auc']:.4f} (spread "
        f"{found['auc_spread']:.4f}), a KS of {found['ks']:.4f} and a Brier score of {found['brier']:.4f} (the mean: "
        f"{found['brier_of_the_mean']:.4f}). Nothing of it is in the table of points."
    )


def _characteristic(each: Made) -> Grid:
    bands = each.get("bands") or each["categories"].values()
    rows = tuple(
        (band["description"], str(band["points"]), _percent(float(band["share"]))) for band in (*bands, each["missing"])
    )
    return Grid((each["name"], "points", "share of the data"), rows)


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"

"""The tables DRUG, THER, INDI and REAC as columns of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phytovigil.simulation.batches import Batch
from phytovigil.simulation.columns import Flags, Text, dates, digits, fixed, glue, keep, pack
from phytovigil.simulation.contents import ROLES, Products, Reactions
from phytovigil.simulation.copying import keys_of_details
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model

FIRST_DRUG_SEQUENCE = 1_000_000_000
DOSE_AMOUNTS = (1, 2, 5, 10, 20, 25, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 1000)


def make_drug(model: Model, batch: Batch, products: Products, sequence: Integers) -> dict[str, Text]:
    """All columns of DRUG; `sequence` numbers the rows within the report, or through all legacy files."""
    item = products.drawn
    event = keys_of_details(model, batch, products.rows.owner, item)
    names = ("val_vbm", "route", "dechal", "rechal", "dose_form", "dose_freq")
    return (
        owned_keys(batch, products.rows.owner)
        | {name: model.code(name, event, item) for name in names}
        | dose_columns(model, event, item)
        | {
            "drug_seq": digits(sequence),
            "role_cod": pack(ROLES)[products.role],
            "drugname": model.names.spelt(products.product, products.spelling),
            "prod_ai": keep(model.names.substances[products.product], has_substance(model, batch, products)),
            "lot_num": keep(numbered(model, "SIMLOT", "lot", event, item), model.some("lot_num", event, item)),
            "exp_dt": keep(fixed(len(event), "20301231"), model.some("exp_dt", event, item)),
            "nda_num": keep(digits(10_000 + products.product), model.some("nda_num", event, item)),
        }
    )


def has_substance(model: Model, batch: Batch, products: Products) -> Flags:
    """Products whose substance is told."""
    owner, changes = products.rows.owner, model.parameters.changes
    told = model.some("prod_ai", batch.events[owner], products.drawn)
    if changes:
        lost = model.draws.uniform("substance blank", batch.cases[owner], products.drawn) < changes.substance_blank
        told &= ~(batch.copied[owner] & lost)
    return told


def owned_keys(batch: Batch, owner: Integers) -> dict[str, Text]:
    """The key columns of rows that hang on reports."""
    return {name: text[owner] for name, text in batch.keys().items()}


def numbered(model: Model, word: str, topic: str, event: Integers, item: Integers) -> Text:
    """A word with a drawn number of five figures behind it."""
    return glue(len(event), word, digits(10_000 + model.draws.below(topic, 90_000, event, item)))


def dose_columns(model: Model, event: Integers, item: Integers) -> dict[str, Text]:
    """Dose as text and as amount with unit; the amount is given where the unit is."""
    amount = pack(list(map(str, DOSE_AMOUNTS)))[model.draws.below("dose", len(DOSE_AMOUNTS), event, item)]
    unit = model.code("dose_unit", event, item)
    whole = np.where((unit != 0).any(axis=1)[:, None], *same_width(glue(len(event), amount, " ", unit), "UNK"))
    cumulated = model.some("cum_dose_chr", event, item)
    return {
        "dose_vbm": keep(whole, model.some("dose_vbm", event, item)),
        "dose_amt": keep(amount, (unit != 0).any(axis=1)),
        "dose_unit": unit,
        "cum_dose_chr": keep(digits(100 + model.draws.below("cumulated", 9_000, event, item)), cumulated),
        "cum_dose_unit": keep(fixed(len(event), "MG"), cumulated),
    }


def same_width(text: Text, word: str) -> tuple[Text, Text]:
    """A column and one word as wide as it."""
    return text, np.pad(pack([word]), ((0, 0), (0, text.shape[1] - len(word))))


def linked(model: Model, batch: Batch, products: Products, kind: str) -> Flags:
    """Products with a row of a linked table: some reports have none at all, the others for some products."""
    figures = model.parameters.marginals
    shares, products_each = figures[kind], mean_number(figures["products"])
    others = (shares["products"] * products_each - 1) / max(products_each - 1, 1e-9)
    event = batch.events[products.rows.owner]
    reports = model.draws.uniform(f"{kind} of report", event) < shares["reports"]
    certain = (products.drawn == 0) & reports
    among: Flags = reports & (model.draws.uniform(kind, event, products.drawn) < others)
    both: Flags = certain | among
    return both


def mean_number(shares: Sequence[float]) -> float:
    """The mean of numbers 1, 2 … drawn at these shares.

    >>> mean_number([0.5, 0.5])
    1.5
    """
    return float(np.dot(shares, np.arange(1, len(shares) + 1)) / np.sum(shares))


def make_ther(model: Model, batch: Batch, products: Products, sequence: Integers, quarter_day: int) -> dict[str, Text]:
    """All columns of THER: at most one row a product; the start lies before the quarter, the end after the start."""
    rows = np.nonzero(linked(model, batch, products, "therapies"))[0]
    owner, item = products.rows.owner[rows], products.drawn[rows]
    event, draws = keys_of_details(model, batch, owner, item), model.draws
    lasted = draws.below("lasted", 400, event, item)
    start = quarter_day - 30 - lasted - draws.below("start", 1_000, event, item)
    unit = model.code("dur_cod", event, item)
    return owned_keys(batch, owner) | {
        "drug_seq": digits(sequence[rows]),
        "start_dt": keep(dates(start, model.places("start_dt", event, item)), model.some("start_dt", event, item)),
        "end_dt": keep(dates(start + lasted, model.places("end_dt", event, item)), model.some("end_dt", event, item)),
        "dur": keep(digits(1 + draws.below("duration", 30, event, item)), (unit != 0).any(axis=1)),
        "dur_cod": unit,
    }


def make_indi(model: Model, batch: Batch, products: Products, sequence: Integers) -> dict[str, Text]:
    """All columns of INDI: at most one row a product."""
    rows, term = draw_indications(model, batch, products)
    keys = owned_keys(batch, products.rows.owner[rows])
    return keys | {"drug_seq": digits(sequence[rows]), "indi_pt": model.names.indications[term]}


def draw_indications(model: Model, batch: Batch, products: Products) -> tuple[Integers, Integers]:
    """Rows of the products that have an indication, and its rank."""
    rows = np.nonzero(linked(model, batch, products, "indications"))[0]
    if changes := model.parameters.changes:
        case, item = batch.cases[products.rows.owner[rows]], products.drawn[rows]
        lost = model.draws.uniform("indication lost", case, item) < changes.indication_lost
        rows = rows[~(batch.copied[products.rows.owner[rows]] & lost)]
    owner, item = products.rows.owner[rows], products.drawn[rows]
    return rows, model.draw_terms("indication", batch.leads(model)[owner], batch.events[owner], item)


def make_reac(model: Model, batch: Batch, reactions: Reactions) -> dict[str, Text]:
    """All columns of REAC; a reaction that came back names itself."""
    owner, item = reactions.rows.owner, reactions.rows.item
    term = model.names.reactions[reactions.reaction]
    back = model.some("drug_rec_act", batch.events[owner], item)
    return owned_keys(batch, owner) | {"pt": term, "drug_rec_act": keep(term, back)}

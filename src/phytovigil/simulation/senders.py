"""Who sends a report: kind of report, firm and its number, reporter, country and literature."""

from __future__ import annotations

import numpy as np

from phytovigil.simulation.batches import Batch
from phytovigil.simulation.cases import FIRST_CASE, is_anchor
from phytovigil.simulation.citations import make_citations
from phytovigil.simulation.columns import Flags, Text, digits, fixed, glue, keep, level, pack
from phytovigil.simulation.copying import change_countries, happens, position
from phytovigil.simulation.draws import Integers
from phytovigil.simulation.model import Model
from phytovigil.simulation.names import country_names


def sent_by_firm(model: Model, batch: Batch) -> Flags:
    """Reports that came by a firm: all but those sent to FDA directly. A near-copy always did."""
    direct = np.array([code == "DIR" for code in model.coded["rept_cod"].codes])
    by_firm: Flags = batch.copied | ~direct[draw_report_kind(model, batch)]
    return by_firm


def draw_report_kind(model: Model, batch: Batch) -> Integers:
    """Positions in the codes of REPT_COD."""
    codes = model.coded["rept_cod"].codes
    kind = model.draws.choose("rept_cod", model.coded["rept_cod"].choice, batch.cases)
    return np.where(batch.copied, codes.index("EXP"), kind) if "EXP" in codes else kind


def sender_columns(model: Model, batch: Batch) -> dict[str, Text]:
    """Kind of report, firm, its number, literature, reporter and countries."""
    events, rows = batch.events, batch.size
    by_firm, firm = sent_by_firm(model, batch), draw_firms(model, batch)
    country, told = draw_countries(model, batch)
    codes = model.coded["reporter_country"].codes
    code, full = pack(codes), pack([country_names().get(name, name) for name in codes])
    number = glue(rows, code[country], "-", model.names.firm_words[firm], "-", digits(FIRST_CASE + batch.cases))
    return {
        "rept_cod": model.coded["rept_cod"].text[draw_report_kind(model, batch)],
        "auth_num": keep(glue(rows, "SIM-", digits(10**7 + batch.cases)), model.some("auth_num", batch.cases)),
        "mfr_num": keep(number, by_firm),
        "mfr_sndr": np.where(by_firm[:, None], *level(model.names.firms[firm], fixed(rows, "SIMULATED-FDA-CTU"))),
        "lit_ref": draw_literature(model, batch),
        "e_sub": pack(["N", "Y"])[by_firm.astype(np.int64)],
        "to_mfr": model.code("to_mfr", batch.cases),
        "occp_cod": model.coded["occp_cod"].text[draw_reporters(model, batch)],
        "reporter_country": keep(code[country], told),
        "country_name": keep(full[country], told),
        "occr_country": keep(code[country], told & model.some("occr_country", events)),
    }


def draw_firms(model: Model, batch: Batch) -> Integers:
    """Positions of the firms: one for a lawyer's batch, for a near-copy another than the original's."""
    draws, leads, firms = model.draws, batch.find_leads(model), model.parameters.firms
    firm = draws.choose("firm", model.numbers["firm"], np.where(leads.batch, leads.lead, batch.events))
    other = (firm + 1 + draws.below("copy firm", firms - 1, batch.cases)) % firms
    return np.where(batch.copied, other, firm)


def draw_countries(model: Model, batch: Batch) -> tuple[Integers, Flags]:
    """Positions in the countries, one for a paper or a batch, and where the country is told."""
    country = model.draws.choose("country", model.coded["reporter_country"].choice, batch.leads(model))
    changes = model.parameters.changes
    return change_countries(model, batch, country, changes) if changes else (country, np.ones(batch.size, np.bool_))


def draw_reporters(model: Model, batch: Batch) -> Integers:
    """Positions in the kinds of reporter: lawyers in batches; of near-copies often the same as of the original."""
    changes, index, codes = model.parameters.changes, batch.cases, model.coded["occp_cod"].codes
    if changes:
        index = np.where(happens(model, batch, "reporter changed", changes.reporter_changed), index, batch.events)
    reporter = model.draws.choose("occp_cod", model.coded["occp_cod"].choice, index)
    return np.where(batch.find_leads(model).batch, position(codes, "LW", reporter), reporter)


def told_papers(model: Model, batch: Batch) -> tuple[Integers, Flags]:
    """The paper of each report, by number, and whether it is told.

    Papers are told for all patients of one, for published cases that several firms report, and for some others.
    """
    changes, leads = model.parameters.changes, batch.find_leads(model)
    told = model.some("lit_ref", batch.events) | leads.series | is_anchor(model.parameters, batch.events)
    if changes:
        told &= ~happens(model, batch, "literature lost", changes.literature_lost)
    return np.where(leads.series, leads.lead, batch.events), told


def draw_literature(model: Model, batch: Batch) -> Text:
    """References of the papers, some of them in another style."""
    paper, told = told_papers(model, batch)
    changes = model.parameters.changes
    if changes is None:
        return keep(literature(model, paper), told)
    styled = happens(model, batch, "restyled", changes.literature_restyled)
    return keep(make_citations(model.draws, paper, np.where(styled, batch.cases, 0)), told)


def literature(model: Model, events: Integers) -> Text:
    """An invented reference, the same in all reports of an event."""
    year = 1990 + model.draws.below("literature year", 30, events)
    title = "Simulated author A. Simulated case report "
    return glue(len(events), title, digits(events), ". Simulated Journal. ", digits(year), ".")

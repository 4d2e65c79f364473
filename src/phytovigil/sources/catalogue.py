"""The data sets that Phytovigil can read."""

from __future__ import annotations

from phytovigil.schema.reports import Source

CAERS = Source(
    name="caers",
    label="CAERS",
    title="CAERS, now HFCS: reports on foods, dietary supplements and cosmetics",
    publisher="U.S. Food and Drug Administration",
    complete=True,
    unit="report",
    note="All reports of the published period. Terms and outcomes belong to the report, not to one product of it.",
    url="https://www.fda.gov/food/compliance-enforcement-food/cfsan-adverse-event-reporting-system-caers",
    missing=("revised", "weight_kg", "country", "reporter", "sender", "control_number", "literature"),
)

FAERS_DASHBOARD = Source(
    name="faers-dashboard",
    label="FAERS Public Dashboard listing",
    title="FAERS Public Dashboard: listing of cases of one product or reaction",
    publisher="U.S. Food and Drug Administration",
    complete=False,
    unit="case",
    note="Selected by product or by reaction: numerators only, there is no complement to compare with.",
    url="https://www.fda.gov/drugs/questions-and-answers-fdas-adverse-event-reporting-system-faers/"
    "fda-adverse-event-reporting-system-faers-public-dashboard",
)

FAERS = Source(
    name="faers",
    label="FAERS",
    title="FAERS, with AERS before it: reports on medicines and therapeutic biologics",
    publisher="U.S. Food and Drug Administration",
    complete=True,
    unit="case",
    note="All reports of the quarters taken in, the latest version of each case. The comparison is complete only for "
    "the quarters that the store holds. Reports do not show that the product caused the reaction.",
    url="https://www.fda.gov/drugs/fdas-adverse-event-reporting-system-faers/"
    "fda-adverse-event-reporting-system-faers-latest-quarterly-data-files",
    marks_primary=True,
)

SOURCES: dict[str, Source] = {source.name: source for source in (CAERS, FAERS, FAERS_DASHBOARD)}
"""Data sets by name. Several file formats may carry one data set: CAERS comes as CSV and as openFDA JSON."""

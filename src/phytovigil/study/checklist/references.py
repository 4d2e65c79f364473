"""The publications that a study rests on, as a reference list needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication.

    key : of its BibTeX entry. authors : "Family, I. N." each; the last may be "others". A body that publishes stands
    without a comma. kind : type of the BibTeX entry. number : issue of a journal, or number of a report.
    identifier : by which a citation without a DOI is recognised.
    """

    key: str
    authors: tuple[str, ...]
    title: str
    year: int
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""
    kind: str = "article"
    publisher: str = ""
    url: str = ""
    identifier: str = ""


REFERENCES: tuple[Reference, ...] = (
    Reference(
        "evans2001",
        ("Evans, S. J. W.", "Waller, P. C.", "Davis, S."),
        "Use of proportional reporting ratios (PRRs) for signal generation from spontaneous adverse drug reaction "
        "reports",
        2001,
        "Pharmacoepidemiology and Drug Safety",
        "10",
        "6",
        "483–486",
        "10.1002/pds.677",
    ),
    Reference(
        "vanpuijenbroek2002",
        (
            "van Puijenbroek, E. P.",
            "Bate, A.",
            "Leufkens, H. G. M.",
            "Lindquist, M.",
            "Orre, R.",
            "Egberts, A. C. G.",
        ),
        "A comparison of measures of disproportionality for signal detection in spontaneous reporting systems for "
        "adverse drug reactions",
        2002,
        "Pharmacoepidemiology and Drug Safety",
        "11",
        "1",
        "3–10",
        "10.1002/pds.668",
    ),
    Reference(
        "fagerland2015",
        ("Fagerland, M. W.", "Lydersen, S.", "Laake, P."),
        "Recommended confidence intervals for two independent binomial proportions",
        2015,
        "Statistical Methods in Medical Research",
        "24",
        "2",
        "224–254",
        "10.1177/0962280211415469",
    ),
    Reference(
        "noren2013",
        ("Norén, G. N.", "Hopstadius, J.", "Bate, A."),
        "Shrinkage observed-to-expected ratios for robust and transparent large-scale pattern discovery",
        2013,
        "Statistical Methods in Medical Research",
        "22",
        "1",
        "57–69",
        "10.1177/0962280211403604",
    ),
    Reference(
        "noren2006",
        ("Norén, G. N.", "Bate, A.", "Orre, R.", "Edwards, I. R."),
        "Extending the methods used to screen the WHO drug safety database towards analysis of complex associations "
        "and improved accuracy for rare events",
        2006,
        "Statistics in Medicine",
        "25",
        "21",
        "3740–3757",
        "10.1002/sim.2473",
    ),
    Reference(
        "garwood1936",
        ("Garwood, F.",),
        "Fiducial limits for the Poisson distribution",
        1936,
        "Biometrika",
        "28",
        "3/4",
        "437–442",
        "10.1093/biomet/28.3-4.437",
    ),
    Reference(
        "dumouchel1999",
        ("DuMouchel, W.",),
        "Bayesian data mining in large frequency tables, with an application to the FDA spontaneous reporting system",
        1999,
        "The American Statistician",
        "53",
        "3",
        "177–190",
        "10.1080/00031305.1999.10474456",
    ),
    Reference(
        "ema2016",
        ("European Medicines Agency",),
        "Screening for adverse reactions in EudraVigilance",
        2016,
        number="EMA/849944/2016",
        kind="techreport",
        publisher="European Medicines Agency",
        identifier="EMA/849944/2016",
    ),
    Reference(
        "szarfman2002",
        ("Szarfman, A.", "Machado, S. G.", "O'Neill, R. T."),
        "Use of screening algorithms and computer systems to efficiently signal higher-than-expected combinations of "
        "drugs and events in the US FDA's spontaneous reports database",
        2002,
        "Drug Safety",
        "25",
        "6",
        "381–392",
        "10.2165/00002018-200225060-00001",
    ),
    Reference(
        "candore2015",
        (
            "Candore, G.",
            "Juhlin, K.",
            "Manlik, K.",
            "Thakrar, B.",
            "Quarcoo, N.",
            "Seabroke, S.",
            "Wisniewski, A.",
            "Slattery, J.",
        ),
        "Comparison of statistical signal detection methods within and across spontaneous reporting databases",
        2015,
        "Drug Safety",
        "38",
        "6",
        "577–587",
        "10.1007/s40264-015-0289-5",
    ),
    Reference(
        "noren2007",
        ("Norén, G. N.", "Orre, R.", "Bate, A.", "Edwards, I. R."),
        "Duplicate detection in adverse drug reaction surveillance",
        2007,
        "Data Mining and Knowledge Discovery",
        "14",
        "3",
        "305–328",
        "10.1007/s10618-006-0052-8",
    ),
    Reference(
        "mantel1959",
        ("Mantel, N.", "Haenszel, W."),
        "Statistical aspects of the analysis of data from retrospective studies of disease",
        1959,
        "Journal of the National Cancer Institute",
        "22",
        "4",
        "719–748",
        "10.1093/jnci/22.4.719",
    ),
    Reference(
        "robins1986",
        ("Robins, J.", "Breslow, N.", "Greenland, S."),
        "Estimators of the Mantel–Haenszel variance consistent in both sparse data and large-strata limiting models",
        1986,
        "Biometrics",
        "42",
        "2",
        "311–323",
        "10.2307/2531052",
    ),
    Reference(
        "simonsohn2020",
        ("Simonsohn, U.", "Simmons, J. P.", "Nelson, L. D."),
        "Specification curve analysis",
        2020,
        "Nature Human Behaviour",
        "4",
        "11",
        "1208–1214",
        "10.1038/s41562-020-0912-z",
    ),
    Reference(
        "schuemie2014",
        ("Schuemie, M. J.", "Ryan, P. B.", "DuMouchel, W.", "Suchard, M. A.", "Madigan, D."),
        "Interpreting observational studies: why empirical calibration is needed to correct p-values",
        2014,
        "Statistics in Medicine",
        "33",
        "2",
        "209–218",
        "10.1002/sim.5925",
    ),
    Reference(
        "schuemie2018",
        ("Schuemie, M. J.", "Hripcsak, G.", "Ryan, P. B.", "Madigan, D.", "Suchard, M. A."),
        "Empirical confidence interval calibration for population-level effect estimation studies in observational "
        "healthcare data",
        2018,
        "Proceedings of the National Academy of Sciences",
        "115",
        "11",
        "2571–2577",
        "10.1073/pnas.1708282114",
    ),
    Reference(
        "naranjo1981",
        ("Naranjo, C. A.", "Busto, U.", "Sellers, E. M.", "others"),
        "A method for estimating the probability of adverse drug reactions",
        1981,
        "Clinical Pharmacology and Therapeutics",
        "30",
        "2",
        "239–245",
        "10.1038/clpt.1981.154",
    ),
    Reference(
        "bergvall2014",
        ("Bergvall, T.", "Norén, G. N.", "Lindquist, M."),
        "vigiGrade: a tool to identify well-documented individual case reports and highlight systematic data quality "
        "issues",
        2014,
        "Drug Safety",
        "37",
        "1",
        "65–77",
        "10.1007/s40264-013-0131-x",
    ),
    Reference(
        "guyatt2008",
        ("Guyatt, G. H.", "Oxman, A. D.", "Vist, G. E.", "others"),
        "GRADE: an emerging consensus on rating quality of evidence and strength of recommendations",
        2008,
        "BMJ",
        "336",
        "7650",
        "924–926",
        "10.1136/bmj.39489.470347.AD",
    ),
    Reference(
        "fusaroli2024",
        ("Fusaroli, M.", "Salvo, F.", "Begaud, B.", "others"),
        "The reporting of a disproportionality analysis for drug safety signal detection using individual case safety "
        "reports in pharmacovigilance (READUS-PV): development and statement",
        2024,
        "Drug Safety",
        "47",
        "6",
        "575–584",
        "10.1007/s40264-024-01421-9",
    ),
    Reference(
        "fusaroli2024explanation",
        ("Fusaroli, M.", "Salvo, F.", "Begaud, B.", "others"),
        "The reporting of a disproportionality analysis for drug safety signal detection using individual case safety "
        "reports in pharmacovigilance (READUS-PV): explanation and elaboration",
        2024,
        "Drug Safety",
        "47",
        "6",
        "585–599",
        "10.1007/s40264-024-01423-7",
    ),
)
"""Measures, rules and methods of the program, each by its first publication or the one that the code follows."""

BY_KEY = {reference.key: reference for reference in REFERENCES}


def find_references(source: str) -> Iterator[Reference]:
    """The references that a citation in words names, by DOI or number of a report, in the order of their mention.

    >>> [found.key for found in find_references("Evans, Waller, Davis 2001, doi:10.1002/pds.677")]
    ['evans2001']
    """
    lowered = source.lower()
    marks = {reference: (reference.doi or reference.identifier).lower() for reference in REFERENCES}
    # The end of a DOI is not marked: 10.1002/pds.66 would be found in 10.1002/pds.668.
    places = {reference: lowered.find(mark) for reference, mark in marks.items() if ends_here(lowered, mark)}
    yield from sorted(places, key=lambda reference: places[reference])


def ends_here(text: str, mark: str) -> bool:
    """Whether a text holds a mark that does not go on with a further letter or digit."""
    place = text.find(mark)
    return place >= 0 and not text[place + len(mark) : place + len(mark) + 1].isalnum()

"""Countries, from the codes of today's files and the English names of older ones, as ISO 3166-1 alpha-2 codes.

The table's names are those of ISO 3166-1, today's and earlier ones, and the spellings of FAERS (the older of them as
listed by DiAna, github.com/fusarolimichele/DiAna). A former code stays itself: a report from Yugoslavia (YU) is not one
from Serbia. Left out on purpose:

- the codes of ISO 3166-3 withdrawn before 1989: no such report is in the files, and CT or MI is then an American state;
- former names whose code another country bears today: Czechoslovakia was CS, as Serbia and Montenegro was later;
- user-assigned codes of no published meaning, such as A1, QU, XA or XW in FAERS;
- names of more than one country, such as KOREA or VIRGIN ISLANDS.
"""

from __future__ import annotations

from functools import cache, lru_cache

from phytovigil.sources.reasons import Fault, Reason
from phytovigil.sources.tables import read_table, squeeze
from phytovigil.sources.values import is_missing


@cache
def country_names() -> dict[str, str]:
    """Code by squeezed name; the empty code marks words that say no country."""
    return {squeeze(row["written"]): row["code"] for row in read_table("countries")}


@cache
def country_codes() -> frozenset[str]:
    """Every code that a report may bear: ISO 3166-1, former ones, EU and XK."""
    return frozenset(country_names().values()) - {""}


@lru_cache(maxsize=4096)
def read_country(text: str) -> tuple[str | None, Fault | None]:
    """The country's alpha-2 code, from a code or an English name.

    A code is compared with its punctuation, for "NA" is Namibia and "N/A" is no answer; a name without it.

    >>> read_country("us"), read_country("Korea, Republic of"), read_country("NA")
    (('US', None), ('KR', None), ('NA', None))
    >>> read_country("COUNTRY NOT SPECIFIED"), read_country("N/A")
    ((None, None), (None, None))
    >>> country, fault = read_country("XW"); country, fault.reason.code, fault.raw
    (None, 'unknown-country', 'XW')
    """
    code = text.strip().upper()
    if code in country_codes():
        return code, None
    named = country_names().get(squeeze(text))
    if named is None and not is_missing(text):
        return None, Fault(Reason.UNKNOWN_COUNTRY, "country", text)
    return named or None, None

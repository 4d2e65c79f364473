"""Countries: every code and name of the table, traps, independent lists, and what real files hold."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from zoneinfo import TZPATH

import openpyxl
import pytest

from phytovigil.sources.countries import country_codes, country_names, read_country
from phytovigil.sources.reasons import Reason
from phytovigil.sources.tables import read_table, squeeze

# First column of iso3166.tab of the time zone database, release 2026f, which follows ISO/TC 46 N1127 (2024-02-29).
TIME_ZONE_TABLE = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
TIME_ZONE_DATABASE = TIME_ZONE_TABLE.split()

FORMER = {"AN", "BU", "CS", "DD", "FX", "NT", "SU", "TP", "YD", "YU", "ZR"}

ROWS = read_table("countries")

TRAPS = {
    "NA": "NA", "na": "NA", " Na ": "NA", "NAMIBIA": "NA", "N/A": None, "n.a.": None, "NO": "NO", "NI": "NI",
    "GEORGIA": "GE", "SOUTH GEORGIA AND THE SOUTH SANDWICH ISLANDS": "GS",
    "NIGER": "NE", "NIGER (THE)": "NE", "NIGERIA": "NG",
    "GUINEA": "GN", "GUINEA-BISSAU": "GW", "Guinea Bissau": "GW", "EQUATORIAL GUINEA": "GQ", "PAPUA NEW GUINEA": "PG",
    "GUYANA": "GY", "FRENCH GUIANA": "GF", "DOMINICA": "DM", "DOMINICAN REPUBLIC": "DO",
    "CONGO": "CG", "CONGO, THE DEMOCRATIC REPUBLIC OF THE": "CD", "ZAIRE": "ZR",
    "SAMOA": "WS", "AMERICAN SAMOA": "AS", "SUDAN": "SD", "SOUTH SUDAN": "SS", "MALI": "ML", "MALAWI": "MW",
    "IRELAND": "IE", "NORTHERN IRELAND": "GB", "UK": "GB", "U.K.": "GB", "GB": "GB", "ENGLAND": "GB",
    "AUSTRIA": "AT", "AUSTRALIA": "AU", "SLOVAKIA": "SK", "SLOVENIA": "SI", "MAURITIUS": "MU", "MAURITANIA": "MR",
    "USA": "US", "U.S.A.": "US", "UNITED STATES": "US", "UNITED STATES MINOR OUTLYING ISLANDS": "UM",
    "EU": "EU", "European Union": "EU", "XK": "XK", "KOSOVO": "XK",
    "YUGOSLAVIA": "YU", "FORMER YUGOSLAVIA": "YU", "SERBIA AND MONTENEGRO": "CS", "SERBIA": "RS",
    "MACEDONIA, THE FORMER YUGOSLAV REPUBLIC OF": "MK", "EAST TIMOR": "TP", "TIMOR-LESTE": "TL",
    "NETHERLANDS ANTILLES": "AN", "NETHERLANDS": "NL", "CÔTE D'IVOIRE": "CI", "CO\u0302TE D’IVOIRE": "CI",
    "COTE D'IVOIRE": "CI", "VIET NAM": "VN", "VIETNAM": "VN", "KOREA, REPUBLIC OF": "KR",
    "KOREA, DEMOCRATIC PEOPLE'S REPUBLIC OF": "KP", "LIBYAN ARAB JAMAHIRIYA": "LY",
    "": None, " ": None, "-": None, "UNK": None, "Not Specified": None, "COUNTRY NOT SPECIFIED": None,
}  # fmt: skip

UNREADABLE = [
    "A1", "AA", "CT", "MI", "QU", "QZ", "XA", "XE", "XW", "ZZ",  # no country, or an American state
    "U", "US1", "KOREA", "VIRGIN ISLANDS", "CZECHOSLOVAKIA", "ATLANTIS", "???",
]  # fmt: skip

DAMAGED = Counter({"A1": 1, "U": 1})  # one reporter's country of 2025Q3 and one country of occurrence of 2020Q3


def test_every_code_of_today() -> None:
    named = [row["code"] for row in ROWS if row["source"] == "ISO 3166-1"]
    assert sorted(named) == TIME_ZONE_DATABASE
    assert len(named) == 249


@pytest.mark.parametrize("code", sorted(country_codes()))
def test_a_code_is_itself(code: str) -> None:
    assert read_country(code) == (code, None)
    assert read_country(f" {code.lower()} ") == (code, None)


def test_codes_beside_those_of_today() -> None:
    assert country_codes() - set(TIME_ZONE_DATABASE) == FORMER | {"EU", "XK"}
    assert {row["code"] for row in ROWS if row["source"] == "ISO 3166-3"} == FORMER


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["written"])
def test_every_name(row: dict[str, str]) -> None:
    expected = (row["code"] or None, None)
    assert read_country(row["written"]) == expected
    assert read_country(f"  {row['written'].lower()} ") == expected


def test_no_name_stands_twice() -> None:
    assert [name for name, count in Counter(squeeze(row["written"]) for row in ROWS).items() if count > 1] == []
    assert len(country_names()) == len(ROWS)


def test_no_name_hides_behind_a_code() -> None:
    shadowed = {row["written"] for row in ROWS if row["written"] in country_codes()}
    assert shadowed == set()


@pytest.mark.parametrize(("text", "code"), TRAPS.items())
def test_traps(text: str, code: str | None) -> None:
    assert read_country(text) == (code, None)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_names_no_country_is_put_aside_as_written(text: str) -> None:
    assert read_country(text) == (None, (Reason.UNKNOWN_COUNTRY, "country", text))


def time_zone_countries() -> dict[str, str]:
    """Code to English name, from the time zone database of this machine."""
    places = [Path(folder, "iso3166.tab") for folder in TZPATH]
    with suppress(ModuleNotFoundError):
        places.append(Path(str(files("tzdata") / "zoneinfo" / "iso3166.tab")))
    for place in places:
        if place.is_file():
            lines = place.read_text(encoding="utf-8").splitlines()
            return dict(line.split("\t")[:2] for line in lines if line and not line.startswith("#"))
    pytest.skip("this machine has no time zone database with iso3166.tab")


def test_names_agree_with_the_time_zone_database() -> None:
    read = {code: read_country(name)[0] for code, name in time_zone_countries().items()}
    assert sorted(read) == TIME_ZONE_DATABASE
    assert {code: other for code, other in read.items() if other not in (None, code)} == {"TL": "TP"}  # "East Timor"
    assert sum(code == other for code, other in read.items()) >= 220  # the rest are its abbreviations: "Congo (Rep.)"


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name).decode("latin-1")) for name in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_text(encoding="latin-1")


def delimited_countries(text: str) -> Iterator[str]:
    header, *lines = text.splitlines() or [""]
    columns = [place for place, name in enumerate(header.lower().split("$")) if name.endswith("_country")]
    for line in lines if columns else ():
        cells = line.split("$")
        yield from (cells[place] for place in columns)


def split_countries(countries: Counter[str]) -> tuple[int, Counter[str], Counter[str]]:
    """Cells with a country, cells that say none, and cells that cannot be read."""
    missing: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    for text, count in countries.items():
        country, fault = read_country(text)
        if fault:
            unread[text] = count
        elif country is None:
            missing[text] = count
    return countries.total() - missing.total() - unread.total(), missing, unread


def test_real_quarters_of_faers(shared_data: Path) -> None:
    countries = Counter(
        country for _, text in texts_of(shared_data / "faers_ascii") for country in delimited_countries(text)
    )
    known, missing, unread = split_countries(countries)
    assert unread == DAMAGED
    assert missing == {"": 536, "COUNTRY NOT SPECIFIED": 260}
    assert known == 2 * (100 + 9 + 4 * 499 + 9_999 + 258 + 10_000 + 1_000) - 536 - 260 - 2
    assert countries["EU"] == 2_628


def test_real_dashboard_listing(shared_data: Path) -> None:
    with (shared_data / "faers_dashboard" / "kratom_2008-06_2025-11.csv").open(encoding="utf-8-sig") as file:
        countries = Counter(row["Country where Event occurred"] for row in csv.DictReader(file))
    assert split_countries(countries) == (1_075, Counter({"Not Specified": 428}), Counter())


def test_real_dashboard_workbook(shared_data: Path) -> None:
    book = openpyxl.load_workbook(
        shared_data / "faers_dashboard" / "social_reactions_to_2019Q1" / "Gambling.xlsx", read_only=True
    )
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    place = header.index("Country where Event occurred")
    countries = Counter(str(row[place]) for row in rows)
    assert split_countries(countries) == (768, Counter({"Not Specified": 167}), Counter())


def test_real_xml_reports(shared_data: Path) -> None:
    tag = re.compile(r"<(?:primarysource|occur|reporter)country>([^<]*)<")
    countries = Counter(country for _, text in texts_of(shared_data / "faers_xml") for country in tag.findall(text))
    assert split_countries(countries) == (46, Counter({"COUNTRY NOT SPECIFIED": 2}), Counter())

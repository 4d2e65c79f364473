"""Small sound files of every format, written here and taken from nowhere."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl

from fuzz.samples import Sample
from phytovigil.simulation.layouts import TABLES, file_name, layout_of

CAERS_HEADERS = {
    "2017": "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,PRI_Reported Brand/Product Name,"
    "PRI_FDA Industry Code,PRI_FDA Industry Name,CI_Age at Adverse Event,CI_Age Unit,CI_Gender,"
    "AEC_One Row Outcomes,SYM_One Row Coded Symptoms",
    "2019": "Report ID,CAERS Created Date,Date of Event,Product Type,Product,Product Code,Description,Patient Age,"
    "Age Units,Sex,Outcomes,MedDRA Preferred Terms",
    "2020": "REPORT_ID,DATE_FDA_FIRST_RECEIVED_REPORT,DATE_EVENT,PRODUCT_TYPE,PRODUCT,PRODUCT_CODE,DESCRIPTION,"
    "PATIENT_AGE,AGE_UNITS,SEX,CASE_OUTCOME,CASE_MEDDRA_PREFERRED_TERMS",
}
CAERS_ROWS = (
    ("1", "1/2/2015", "12/30/2014", "Suspect", "KAVA, ROOT", "54", "Vit/Min", "36", "Year(s)", "Female",
     "HOSPITALIZATION, DEATH", "JAUNDICE, EAR, NOSE AND THROAT EXAMINATION"),
    ("1", "1/2/2015", "12/30/2014", "Concomitant", 'TEA "GREEN"', "9", " Milk", "36", "Year(s)", "Female",
     "HOSPITALIZATION, DEATH", "JAUNDICE, EAR, NOSE AND THROAT EXAMINATION"),
    ("2016-CFS-2", "2/3/2016", "", "SUSPECT", "CAFÉ\nNOIR", "3A", "Soup", "6", "Decade(s)", "Male", "", "RASH"),
    ("3", "20170101", "2016-12", "Interacting", "KRATOM", "54", "Vit", "11", "Month(s)", "Not Available", "NONE",
     "NAUSEA, VOMITING"),
)  # fmt: skip

LISTING = {
    "Case ID": ("7", "8", "9"),
    "Suspect Product Names": ("Sertraline;Zolpidem", "Kratom", "-"),
    "Suspect Product Active Ingredients": ("Herbals\\Mitragynine;Sertraline", "Mitragynine", "-"),
    "Reason for Use": ("Pain;Anxiety", "Pain", "-"),
    "Reactions": ("Skin Discolouration;Nausea", "Ear, Nose Disorder", "-"),
    "Serious": ("Serious", "Non-Serious", "Serious"),
    "Outcomes": ("Died;Other Outcomes", "Non-Serious", "Hospitalized"),
    "Sex": ("Male", "Female", "Not Specified"),
    "Event Date": ("Aug-2018", "8/17/2018", "-"),
    "Latest FDA Received Date": ("8/17/2018", "04-AUG-2019", "2019-08-01"),
    "Patient Age": ("43", "3 MTH", "66 YR"),
    "Patient Weight": ("81 KG", "150 LB", "-"),
    "Sender": ("Fda-Ctu", "Firm", "-"),
    "Reporter Type": ("Consumer", "Physician", "Not Specified"),
    "Concomitant Product Names": ("Valproic Acid", "Tea;Coffee", "-"),
    "Initial FDA Received Date": ("8/17/2018", "8/1/2019", "8/1/2019"),
    "Country where Event occurred": ("US", "Côte d'Ivoire", "-"),
    "Manufacturer Control Number": ("US-1", "-", "-"),
    "Literature Reference": ('Smith J. "On tea". 2018', "-", "-"),
}

FOOD = [
    {
        "report_number": "65333",
        "date_created": "20040102",
        "date_started": "20031230",
        "outcomes": ["Hospitalization", "Visited Emergency Room"],
        "reactions": ["Jaundice", "Hallucination", "visual"],
        "consumer": {"age": "36", "age_unit": "year(s)", "gender": "Female"},
        "products": [
            {"role": "SUSPECT", "name_brand": "KAVA", "industry_code": "54", "industry_name": "Vit"},
            {"role": "CONCOMITANT", "name_brand": "TÉ", "industry_code": "9", "industry_name": " Milk"},
        ],
    },
    {"report_number": "65334", "date_created": "20040103", "reactions": ["RASH"], "products": []},
]

DRUG_EVENTS: list[dict[str, Any]] = [
    {
        "safetyreportid": "10003300",
        "safetyreportversion": "2",
        "receivedate": "20140306",
        "receivedateformat": "102",
        "receiptdate": "20140312",
        "receiptdateformat": "102",
        "reporttype": "1",
        "serious": "1",
        "seriousnessother": "1",
        "occurcountry": "US",
        "companynumb": "US-FIRM-1",
        "authoritynumb": "A-1",
        "primarysource": {"reportercountry": "UNITED STATES", "qualification": "5", "literaturereference": "Smith"},
        "sender": {"senderorganization": "FDA-Public Use"},
        "receiver": None,
        "patient": {
            "patientonsetage": "62",
            "patientonsetageunit": "801",
            "patientagegroup": "5",
            "patientsex": "1",
            "patientweight": "70.5",
            "summary": {"narrativeincludeclinical": "CASE EVENT DATE: 20140301"},
            "reaction": [{"reactionmeddrapt": "Vomiting", "reactionoutcome": "1"}, {"reactionmeddrapt": "Rash"}],
            "drug": [
                {
                    "drugcharacterization": "1",
                    "medicinalproduct": "BONIVA",
                    "drugstructuredosagenumb": "600",
                    "drugstructuredosageunit": "003",
                    "drugseparatedosagenumb": "2",
                    "drugintervaldosageunitnumb": "1",
                    "drugintervaldosagedefinition": "804",
                    "drugcumulativedosagenumb": "4100",
                    "drugcumulativedosageunit": "002",
                    "drugdosagetext": "600 MG, BID",
                    "drugadministrationroute": "048",
                    "drugindication": "OSTEOPOROSIS",
                    "drugstartdateformat": "610",
                    "drugstartdate": "201211",
                    "drugenddateformat": "102",
                    "drugenddate": "20121224",
                    "drugtreatmentduration": "6",
                    "drugtreatmentdurationunit": "803",
                    "actiondrug": "1",
                    "drugrecurreadministration": "1",
                    "activesubstance": {"activesubstancename": "IBANDRONATE SODIUM"},
                    "drugrecurrence": [{"drugrecuraction": "VOMITING"}, {"drugrecuraction": "RASH"}],
                },
                {"drugcharacterization": "2", "medicinalproduct": "TÉ"},
            ],
        },
    },
    {
        "safetyreportid": "4562564-7",
        "@case_number": "5715482",
        "receivedate": "20050107",
        "receiptdate": "20041212",
        "patient": {"reaction": {"reactionmeddrapt": "PAIN"}, "drug": {"drugcharacterization": "1"}},
    },
]

FAERS_ROWS: dict[str, tuple[dict[str, str], ...]] = {
    "DEMO": (
        {"foll_seq": "1", "i_f_code": "F", "event_dt": "20181231", "init_fda_dt": "20190102", "fda_dt": "20190203",
         "rept_cod": "EXP", "mfr_num": "US-FIRM-1", "mfr_sndr": "FIRM", "age": "62", "age_cod": "YR", "age_grp": "A",
         "sex": "F", "wt": "70.5", "wt_cod": "KG", "occp_cod": "MD", "reporter_country": "US",
         "country_name": "UNITED STATES", "occr_country": "FR", "lit_ref": "Smith J. 2018"},
        {"fda_dt": "20190105", "init_fda_dt": "20190105", "mfr_num": "JP-FIRM-", "age": "6", "age_cod": "DEC",
         "sex": "M", "occp_cod": "CN", "rept_cod": "DIR", "auth_num": "A-1"},
        {"fda_dt": "20190106.0", "event_dt": "201901", "init_fda_dt": "20190106", "sex": "UNK", "wt": "150",
         "wt_cod": "LBS"},
    ),
    "DRUG": (
        {"drug_seq": "1", "role_cod": "PS", "drugname": "KRATOM", "prod_ai": "MITRAGYNINE", "val_vbm": "1",
         "route": "Oral", "dose_vbm": "600 MG, BID", "cum_dose_chr": "4.1", "cum_dose_unit": "G", "dechal": "Y",
         "rechal": "N", "lot_num": "L1", "nda_num": "021223", "dose_amt": "600", "dose_unit": "MG",
         "dose_form": "TABLET", "dose_freq": "BID"},
        {"drug_seq": "2", "role_cod": "C", "drugname": "THÉ VERT", "dechal": "U", "rechal": "D"},
        {"drug_seq": "1", "role_cod": "SS", "drugname": "KAVA"},
    ),
    "REAC": ({"pt": "Jaundice", "drug_rec_act": "Rash"}, {"pt": "Nausea"}, {"pt": "Ear, nose disorder"}),
    "OUTC": ({"outc_cod": "HO"}, {"outc_cod": "DE"}, {"outc_cod": "OT"}),
    "RPSR": ({"rpsr_cod": "LIT"}, {"rpsr_cod": "CSM"}, {"rpsr_cod": "HP"}),
    "THER": (
        {"drug_seq": "1", "start_dt": "20181101", "end_dt": "201812", "dur": "2", "dur_cod": "WK"},
        {"drug_seq": "2", "start_dt": "2018"},
        {"drug_seq": "1", "dur": "10", "dur_cod": "DAY"},
    ),
    "INDI": (
        {"drug_seq": "1", "indi_pt": "Pain"},
        {"drug_seq": "2", "indi_pt": "Product used for unknown indication"},
        {"drug_seq": "1", "indi_pt": "Thirst"},
    ),
}  # fmt: skip

NUMBERS = ({"primaryid": "100046943", "caseid": "10004694", "caseversion": "3"},
           {"primaryid": "100046952", "caseid": "10004695", "caseversion": "2"},
           {"primaryid": "100046961", "caseid": "10004696", "caseversion": "1"})  # fmt: skip

QUARTERS = {"legacy": "2006Q1", "first": "2012Q4", "present": "2019Q1"}


def make_seeds() -> tuple[Sample, ...]:
    """Every seed. A kind names the reader first, so that trials are shared out evenly among readers."""
    return (*caers_seeds(), *listing_seeds(), *json_seeds(), *icsr_seeds(), *faers_seeds())


def caers_seeds() -> list[Sample]:
    """The three layouts of CAERS, one of them zipped."""
    files = {era: write_csv([header.split(","), *CAERS_ROWS]) for era, header in CAERS_HEADERS.items()}
    plain = [Sample(f"caers-csv {era}", ((f"caers{era}.csv", content),)) for era, content in files.items()]
    return [*plain, Sample("caers-csv zipped", (("CAERS.csv", files["2017"]),), "caers.zip")]


def write_csv(rows: Any) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def listing_seeds() -> list[Sample]:
    """A dashboard listing as CSV, and as a workbook whose parts are members of an archive."""
    rows = [list(LISTING), *zip(*LISTING.values(), strict=True)]
    return [
        Sample("dashboard csv", (("listing.csv", write_csv(rows)),)),
        Sample("dashboard xlsx", workbook_parts(rows), "listing.xlsx"),
    ]


def workbook_parts(rows: Any) -> tuple[tuple[str, bytes], ...]:
    """The parts of a workbook, so that they are altered before they are packed; without the hour of its making."""
    import zipfile

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        names = (name for name in archive.namelist() if "theme" not in name and "docProps" not in name)
        return tuple((name, archive.read(name)) for name in names)


def json_seeds() -> list[Sample]:
    """OpenFDA's two data sets: a bulk file, JSON Lines, an archive."""
    drug = [json.dumps(event).encode() for event in DRUG_EVENTS]
    return [
        Sample("openfda food", (("food-event-0001-of-0001.json", write_bulk(FOOD)),)),
        Sample("openfda food zipped", (("food-event-0001-of-0001.json", write_bulk(FOOD)),), "food.json.zip"),
        Sample("openfda drug", (("drug-event-0001-of-0001.json", write_bulk(DRUG_EVENTS)),)),
        Sample("openfda drug lines", (("drug-event.jsonl", b"\n".join(drug) + b"\n"),)),
    ]


def write_bulk(results: Any) -> bytes:
    """A bulk file."""
    meta = {"results": {"skip": 0, "limit": 12_000, "total": len(results)}}
    return json.dumps({"meta": meta, "results": results}, indent=1, ensure_ascii=False).encode()


def icsr_seeds() -> list[Sample]:
    """FAERS XML and legacy SGML, plain and zipped."""
    header = (
        "<ichicsrmessageheader><messagesenderidentifier>FDA CDER</messagesenderidentifier></ichicsrmessageheader>\n"
    )
    reports = "".join(f"<safetyreport>\n{write_element(event)}</safetyreport>\n" for event in DRUG_EVENTS)
    body = f'<ichicsr lang="en">\n{header}{reports}</ichicsr>\n'
    xml = ('<?xml version="1.0" encoding="UTF-8"?>\n' + body.replace("MG, BID", "MG &amp; &lt;5")).encode()
    sgml = ('<!DOCTYPE ichicsr SYSTEM "ichicsr.dtd">\n' + body.replace("MG, BID", "MG & <5 MG")).encode("cp1252")
    return [
        Sample("faers-xml", (("1_ADR19Q1.xml", xml),)),
        Sample("faers-xml sgml", (("ADR05Q1.SGM", sgml),)),
        Sample("faers-xml zipped", (("xml/1_ADR19Q1.xml", xml), ("xml/2_ADR19Q1.xml", xml)), "faers_xml_2019q1.zip"),
    ]


def write_element(value: Any) -> str:
    """Nested objects as elements of the same names."""
    parts = []
    for name, content in value.items():
        for item in content if isinstance(content, list) else [content]:
            inner = write_element(item) if isinstance(item, dict) else item or ""
            parts.append(f"<{name.lstrip('@')}>{inner}</{name.lstrip('@')}>\n")
    return "".join(parts)


def faers_seeds() -> list[Sample]:
    """Every table in every layout on its own, the lists of deleted cases, and whole quarters in archives."""
    seeds = []
    for era, quarter in QUARTERS.items():
        tables = {file_name(table, quarter): faers_table(table, quarter) for table in TABLES}
        seeds += [
            Sample(f"faers-ascii {name[:4]} {era}", ((f"ascii/{name}", content),)) for name, content in tables.items()
        ]
        members = tuple((f"ascii/{name}", content) for name, content in tables.items())
        deleted = (("deleted/DELETE19Q1.txt", b" \r\n10004693\r\n10004692\r\n"),)
        seeds.append(Sample(f"faers-quarter {era}", members + deleted, f"faers_ascii_{quarter}.zip"))
    seeds.append(Sample("faers-ascii deleted", (("DELETE19Q1.txt", b" \r\n10004693\r\n10004692\r\n10004691\r\n"),)))
    seeds.append(Sample("faers-ascii deleted headed", (("ADR19Q3DeletedCases.txt", b"caseid$\n10004693$\n20004692$"),)))
    return seeds


def faers_table(table: str, quarter: str) -> bytes:
    """One table of a quarter."""
    layout = layout_of(quarter)
    lines = [layout.header(table)]
    for numbers, values in zip(NUMBERS, FAERS_ROWS[table], strict=True):
        row = numbers | values
        lines.append("$".join(row.get(name, "") for _, name in layout.tables[table]) + layout.ending)
    return "".join(lines).encode()

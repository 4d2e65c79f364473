"""Names in a store: likely ones apart from certain ones, and names that the setting of a report decides."""

from __future__ import annotations

import pytest

from phytovigil import Workspace
from phytovigil.schema.vocabulary import Setting
from phytovigil.study.sourcing import OpenSource, open_source
from phytovigil.vocabulary import load_products, load_reactions

DEMO = (
    "primaryid$caseid$caseversion$i_f_code$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$auth_num$mfr_num$mfr_sndr$"
    "lit_ref$age$age_cod$age_grp$sex$e_sub$wt$wt_cod$rept_dt$to_mfr$occp_cod$reporter_country$occr_country"
)
DRUG = (
    "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm$cum_dose_chr$cum_dose_unit$dechal$"
    "rechal$lot_num$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq"
)
CASES = [
    # name, ingredient, route, form, country, nodes that are certain, nodes that likely names add
    ("KETUM", "", "Cutaneous", "", "US", "ketoprofen", ""),
    ("KETUM", "", "", "Gel", "", "ketoprofen", ""),
    ("KETUM", "", "", "", "FR", "ketoprofen", ""),
    ("KETUM", "", "Oral", "", "MY", "kratom-leaf", ""),
    ("KETUM", "", "Oral", "", "US", "", ""),
    ("KRATUM", "", "Oral", "", "US", "", "kratom-leaf"),
    ("KRATOM", "HERBALS\\MITRAGYNINE", "Oral", "", "FR", "kratom-leaf", ""),
    ("CINNAMON GARLIC", "", "Oral", "", "US", "cinnamon garlic", ""),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenSource:
    folder = tmp_path_factory.mktemp("faers")
    demo, drug, reac = [DEMO], [DRUG], ["primaryid$caseid$pt$drug_rec_act"]
    for number, (name, ingredient, route, form, country, _, _) in enumerate(CASES, start=1001):
        key = f"{number}1${number}"
        demo.append(f"{key}$1$I$$$20250110$20250110$EXP$$$$$$$$F$Y$$$20250110$$MD${country}${country}")
        drug.append(f"{key}$1$PS${name}${ingredient}$1${route}$$$$$$$$$$${form}$")
        reac.append(f"{key}$Nausea$")
    for table, lines in (("DEMO", demo), ("DRUG", drug), ("REAC", reac)):
        (folder / f"{table}25Q1.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    workspace = Workspace(folder / "store")
    workspace.ingest([folder / f"{table}25Q1.txt" for table in ("DEMO", "DRUG", "REAC")])
    return open_source(workspace.store, "faers", None, load_products("2026-11-22"), load_reactions())


def nodes_by_name(opened: OpenSource, view: str) -> list[set[str]]:
    """The direct nodes of each case, in the order of CASES."""
    found = opened.session.engine.query(f"SELECT case_index, node FROM {view} ORDER BY case_index, node")
    nodes: list[set[str]] = [set() for _ in CASES]
    for case, node in zip(found["case_index"], found["node"], strict=True):
        nodes[int(str(case))].add(opened.products.nodes[int(str(node))].id)
    return nodes


def above(opened: OpenSource, nodes: str) -> set[str]:
    products = opened.products
    positions = {place for node in nodes.split() for place in products.ancestors(products.position(node))}
    return {products.nodes[place].id for place in positions}


def test_certain_names_and_settings_make_the_nodes_of_a_case(opened: OpenSource) -> None:
    assert nodes_by_name(opened, "case_node") == [above(opened, case[5]) for case in CASES]


def test_likely_names_add_to_them(opened: OpenSource) -> None:
    assert nodes_by_name(opened, "case_node_likely") == [above(opened, f"{case[5]} {case[6]}") for case in CASES]


def test_words_say_whether_they_name_several_products(opened: OpenSource) -> None:
    found = opened.session.engine.query(
        "SELECT DISTINCT text, certain, combination FROM word_node_likely JOIN word USING (word) ORDER BY text"
    )
    rows = list(zip(found["text"], found["certain"], found["combination"], strict=True))
    assert rows == [
        ("CINNAMON GARLIC", True, True),
        ("HERBALS\\MITRAGYNINE", True, False),
        ("KRATOM", True, False),
        ("KRATUM", False, False),
    ]


def test_a_case_is_read_as_its_string_and_setting_are(opened: OpenSource) -> None:
    products = opened.products
    for (name, ingredient, route, form, country, _, _), nodes in zip(
        CASES, nodes_by_name(opened, "case_node"), strict=True
    ):
        setting = Setting(route, form, country)
        matches = [match for text in (name, ingredient) for match in products.resolve(text, setting)]
        certain = " ".join(match.node for match in matches if match.certainty == "certain")
        assert nodes == above(opened, certain)

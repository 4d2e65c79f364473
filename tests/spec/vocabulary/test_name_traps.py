"""The traps of reported names: each line is a string as reported, the nodes it means, and what is refused in it."""

from __future__ import annotations

import pytest

from phytovigil.vocabulary import load_products

KRATOM = [
    # reported string, nodes
    ("KRATOM", "kratom-leaf"),
    ("MITRAGYNA SPECIOSA KORTHALS (BOTANIC NAME)", "kratom-leaf"),
    ("HERBALS\\MITRAGYNINE", "kratom-leaf"),
    ("HERBALSMITRAGYNINE", "kratom-leaf"),
    ("Herbals\\Mitragynine;Modafinil", "kratom-leaf modafinil"),
    ("MITRAGYNINE", "mitragynine"),
    ("MITRAGYNINE (KRATOM)", "kratom-leaf mitragynine"),
    ("7-HYDROXYMITRAGYNINE", "7-hydroxymitragynine"),
    ("7 HYDROXY MITRAGYNINE", "7-hydroxymitragynine"),
    ("7-OH", "7-hydroxymitragynine"),
    ("7OHMG TABLETS", "7-hydroxymitragynine"),
    ("7-OHMB", "7-hydroxymitragynine"),
    ("KRATOM 7-OH", "kratom-leaf 7-hydroxymitragynine"),
    ("7-OH-CBD", ""),
    ("KRATHOM", "kratom-leaf"),
    ("RED DEVIL KRATOM WATER SOLUBLE CBD", "kratom-leaf cannabidiol"),
    ("WHITE MAENG DA HERBAL TEA KRATOM", "kratom-leaf"),
    ("VIVAZEN BOTANICALS MAENG DA KRATOM", "kratom-leaf"),
    ("MAENG DA (MITRAGYNINE)", "kratom-leaf mitragynine"),
    ("O.P.M.S. LIQUID KRATOM", "kratom-leaf"),
    ("TAUNTON BAY SOAP COMPANY RED VEIN TEA-1LB. PACKAGE (KRATOM)", "kratom-leaf"),
    ("CALCIUM KRATOMOS", ""),
    ("IPRATOM", ""),
    ("MITRAPHYLLINE", ""),
    ("MITRAGYNA PARVIFOLIA", ""),
    ("KRATOM FREE", ""),
    ("CORYNANTHE JOHIMBE", "yohimbe"),
    ("LAGERSTROEMIA SPECIOSA RED THAI", ""),
]

KETUM = [
    ("KETUM", ""),
    ("KETUM GEL", "ketoprofen"),
    ("KETUM 2.5% GEL", "ketoprofen"),
    ("GEL KETUM", "ketoprofen"),
    ("KETUM GEL (KETOPROFEN)", "ketoprofen"),
    ("KETUM TUBE KRATOM", "ketoprofen kratom-leaf"),
    ("KETUM (KRATOM)", "kratom-leaf"),
    ("KETUM LEAVES MALAYSIA", "kratom-leaf"),
    ("KETUM FROM MALAYSIA", "kratom-leaf"),
    ("DAUN KETUM", "kratom-leaf"),
]

OTHERS = [
    ("ST. JOHN'S WORT", "st-johns-wort"),
    ("ST JOHNS WORT", "st-johns-wort"),
    ("ST. JOHN^S WORT", "st-johns-wort"),
    ("CENTRUM SILVER WOMEN'S 50+", ""),
    ("CENTRUM SILVER (MULTIMINERALS, MULTIVITAMINS) TABLET", "multivitamin"),
    ("COLLOIDAL SILVER", "colloidal-silver"),
    ("SILVER WINGS COLLOIDAL SILVER", "colloidal-silver"),
    ("SILVER SPRING BOTTLED WATER", ""),
    ("NIACIN 500MG", "niacin"),
    ("NIACINAMIDE", "niacinamide"),
    ("FLUSH FREE NIACIN", "inositol-hexanicotinate"),
    ("NIACIN (FLUSH FREE)", "inositol-hexanicotinate"),
    ("VITAMIN B3", ""),
    ("SOLGAR NIACIN VITAMIN B3 500 MG", "niacin"),
    ("LIPTON GREEN TEA CITRUS", "green-tea"),
    ("DECAFFEINATED GREEN TEA EXTRACT", "green-tea-extract"),
    ("COCA-COLA", ""),
    ("COCA LEAF TEA", "coca"),
    ("HYDROXYCUT", ""),
    ("HYDROXYCUT WITH EPHEDRA", "ephedra"),
    ("XENADRINE EFX EPHEDRA FREE", ""),
    ("CAFFEINE FREE DIET COKE", ""),
    ("SIBERIAN GINSENG", "eleuthero"),
    ("INDIAN GINSENG", "ashwagandha"),
    ("GINSENG", "ginseng"),
    ("KOREAN GINSENG", "asian-ginseng"),
    ("SKULLCAP", "skullcap"),
    ("BLACK CATECHU 31.25 MG, SKULLCAP 103.125 MG", "chinese-skullcap"),
    ("SALVIA HISPANICA", ""),
    ("SALVIA DIVINORUM", "salvia-divinorum"),
    ("MELISSA PINE NUTS", ""),
    ("POPPY SEED MUFFIN", ""),
    ("UNWASHED POPPY SEEDS", "opium-poppy"),
    ("SERTRALINE HYDROCHLORIDE", "sertraline"),
    ("TRAMADOL HYDROCHLORIDE AND ACETAMINOPHEN", "tramadol acetaminophen"),
    ("ATORVASTATIN CALCIUM", "atorvastatin"),
    ("CALCIUM CARBONATE", "calcium"),
    ("RUBBING ALCOHOL", ""),
    ("ALCOHOL (ETHANOL)", "alcohol"),
    ("ONE VITAMIN A DAY", ""),
    ("VITAMIN A AND D", "vitamin-a"),
    ("THE SAME PRODUCT", ""),
    ("SAM-E 400 MG", "same"),
    ("PEA PROTEIN", ""),
    ("ACUTE ALOE VERA GEL", "aloe"),
]


@pytest.mark.parametrize(("text", "nodes"), KRATOM + KETUM + OTHERS)
def test_reported_string(text: str, nodes: str) -> None:
    products = load_products()
    accepted = {match.node for match in products.resolve(text) if match.node}
    assert accepted == set(nodes.split())
    _, mapped = products.map_texts([text])
    assert {products.nodes[place].id for place in mapped} == accepted


@pytest.mark.parametrize(
    ("text", "matched", "rule"),
    [
        ("KETUM", "KETUM", "needs-context"),
        ("KETUM GEL KRATOM", "KETUM GEL", "name"),
        ("KETUM TUBE KRATOM", "KETUM", "withheld"),
        ("KRATUM", "KRATUM", "needs-context"),
        ("MAENG DA {KROTAM}", "MAENG DA", "needs-context"),
        ("MAENG DA {KROTAM}", "KROTAM", "needs-context"),
        ("KRATOMITE", "KRATOMITE", "needs-context"),
        ("VIVAZEN", "VIVAZEN", "needs-context"),
        ("OPMS BLACK", "OPMS", "needs-context"),
        ("KRAKEN", "KRAKEN", "needs-context"),
        ("INDO", "INDO", "needs-context"),
        ("BALI", "BALI", "needs-context"),
        ("THOM", "THOM", "needs-context"),
        ("BIAK-BIAK", "BIAK BIAK", "needs-context"),
        ("GOLD", "GOLD", "needs-context"),
        ("K", "K", "needs-context"),
        ("CALCIUM KRATOMOS", "CALCIUM KRATOMOS", "false-friend"),
        ("CENTRUM SILVER", "CENTRUM SILVER", "false-friend"),
        ("HYDROXYCUT MAX", "HYDROXYCUT", "withheld"),
    ],
)
def test_what_is_refused_is_shown_with_its_rule_and_reason(text: str, matched: str, rule: str) -> None:
    found = {(match.matched, match.rule): match for match in load_products().resolve(text)}
    assert (matched, rule) in found
    match = found[matched, rule]
    assert match.text == text
    assert f"“{matched}”" in match.why
    assert match.why.endswith(".")


def test_7_oh_never_counts_as_mitragynine() -> None:
    products = load_products()
    for name in products.names("7-hydroxymitragynine"):
        assert {match.node for match in products.resolve(name.text)} == {"7-hydroxymitragynine"}


def test_salts_do_not_stand_in_the_way() -> None:
    products = load_products()
    for salt in ("HYDROCHLORIDE", "SULFATE", "SODIUM", "MALEATE", "HYDROBROMIDE", "OXALATE", "TARTRATE"):
        where, _ = products.map_texts([f"CITALOPRAM {salt}"])
        assert where == [0]

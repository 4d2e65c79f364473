"""What the botanicals of the newest vocabulary are called, and what only looks like them."""

from __future__ import annotations

import pytest

from phytovigil.vocabulary import ProductVocabulary, load_products

VERSION = "2026-11-22"


@pytest.fixture(scope="module")
def products() -> ProductVocabulary:
    return load_products(VERSION)


def read_certain(products: ProductVocabulary, text: str) -> set[str]:
    return {match.node for match in products.resolve(text) if match.certainty == "certain"}


def read_refused(products: ProductVocabulary, text: str) -> set[str]:
    return {match.candidate for match in products.resolve(text) if not match.node}


# Latin names of older books beside the accepted ones (WCVP/POWO), drug names of pharmacopoeias, and names of the people
# who take the plant.
NAMES = """
black-cohosh | Cimicifuga racemosa; ACTAEA RACEMOSA L.; Cimicifugae rhizoma; Traubensilberkerze; black snakeroot
saw-palmetto | Serenoa repens; Serenoa serrulata; Sabal serrulata; Sabalis serrulatae fructus; Sägepalme
feverfew | Chrysanthemum parthenium; Tanacetum parthenium; Tanaceti parthenii herba; Mutterkraut; grande camomille
st-johns-wort | Hyperici herba; millepertuis; Johanniskraut; ST. JOHN^S WORT; Hypericum perforatum (ST. JOHN'S WORT)
valerian | Valerianae radix; Baldrian; VALERIANA OFFICINALIS ROOT; tagara
dong-quai | Tang-kuei; DANG GUI; Angelica sinensis (Oliv.) Diels; Angelicae sinensis radix; kara toki
burdock | Niu bang zi; Bardanae radix; ARCTIUM LAPPA ROOT; gobo root; Klettenwurzel
zedoary | Karcura; Curcuma zedoaria; Zedoariae rhizoma; e zhu
turmeric | Curcuma longa; Curcumae longae rhizoma; jiang huang; Gelbwurzel; haridra
fenugreek | Trigonelfa foenum; Trigonella foenum-graecum; Foenugraeci semen; methi; Bockshornklee; hu lu ba
evening-primrose | Oenothera biennis; OENOTHERA BIENNIS OIL; Nachtkerzenöl; huile d'onagre; primrose oil
flaxseed | Linum usitatissimum; Lini semen; Leinsamen; linaza; ya ma zi; LINSEED OIL
garlic | Allii sativi bulbus; Knoblauch; ajo; ninniku; ALLIUM SATIVUM BULB
holy-basil | tulsi; Ocimum sanctum; Ocimum tenuiflorum; sacred basil
ashwagandha | Withania somnifera; Indian ginseng; asgandh; Withaniae radix
eleuthero | Acanthopanax senticosus; ci wu jia; Taigawurzel; Siberian ginseng; Eleutherococci radix
asian-ginseng | Panax schinseng; ren shen; Ginseng radix; KOREAN RED GINSENG; hong shen
liquorice | Glycyrrhiza uralensis; Liquiritiae radix; gan cao; kanzo; Süßholz; yashtimadhu; regaliz
horehound | Marrubium vulgare; Andorn; marrube blanc; Marrubii herba
ivy | Hedera helix; Hederae folium; Efeu; lierre; IVY LEAF
stevia | Stevia rebaudiana; ka'a he'e; steviol glycosides
beet | Beta vulgaris; Rote Bete; remolacha; BEETROOT JUICE
barley | Hordeum vulgare; Gerstengras; BARLEY GRASS
wheat | Triticum aestivum; wheatgrass; WHEAT GERM OIL
oregano | Origanum vulgare; oil of oregano; Origani herba
black-cherry | Prunus serotina; wild cherry bark; BLACK CHERRY JUICE
pygeum | Pygeum africanum; Prunus africana; Pruni africanae cortex
andrographis | kalmegh; chuan xin lian; Andrographis paniculata; Kan Jang
pelargonium | Umckaloabo; Pelargonium sidoides; Pelargonii radix
rehmannia | sheng di huang; Rehmanniae radix; jio root extract of Rehmannia glutinosa
poria | fu ling; Poria cocos; PORIA COCOS SCLEROTIUM
bupleurum | chai hu; saiko; Bupleuri radix
amla | Emblica officinalis; amalaki; Indian gooseberry
guggul | Commiphora mukul; guggulu; guggulipid
nigella | kalonji; Schwarzkümmelöl; black seed oil; Nigella sativa
uva-ursi | bearberry; Uvae ursi folium; Arctostaphylos uva-ursi; Bärentraubenblätter
nettle | Urticae radix; Brennnesselblätter; ortie; stinging nettle
pau-darco | Tabebuia impetiginosa; lapacho; taheebo
kelp | Laminaria digitata; Ascophyllum nodosum; kelp tablets
maitake | Grifola frondosa; hen of the woods
maritime-pine-bark | Pycnogenol; Pinus pinaster; French maritime pine bark extract
belladonna | Atropa belladonna; Tollkirsche; Belladonnae folium; deadly nightshade
aristolochia | Aristolochia fangchi; guan mu tong; aristolochic acid
soy | Glycine max; soya isoflavones; GLYCINE MAX SEED OIL
"""


@pytest.mark.parametrize("line", NAMES.strip().splitlines())
def test_a_plant_is_found_by_its_latin_pharmacopoeial_and_vernacular_names(
    products: ProductVocabulary, line: str
) -> None:
    node, texts = line.split(" | ")
    for text in texts.split("; "):
        assert read_certain(products, text) == {node}, text


# What natural-product researchers in the United States ask about: the best-sold herbs, and those known for harm.
ASKED_FOR = """ashwagandha; black cohosh; boswellia; cranberry; echinacea; elderberry; fenugreek; garlic; ginger;
ginkgo; goldenseal; green tea; guarana; hawthorn; horehound; horse chestnut; ivy; kava; kratom leaf; lavender;
liquorice; maca; milk thistle; moringa; nettle; oregano; passionflower; peppermint; psyllium; pygeum; red clover; red
yeast rice; reishi; rhodiola; saw palmetto; senna; slippery elm; spirulina; St John's wort; tribulus; turmeric;
valerian; wheat; yohimbe; bitter orange; hoodia; skullcap; feverfew; butterbur; devil's claw; willow bark; cat's claw;
cinnamon; gymnema; bitter melon; barberry; Oregon grape; pelargonium; astragalus; andrographis; marshmallow root;
cascara; aloe; dandelion; pumpkin seed; dong quai; chasteberry; evening primrose; borage; black currant; wild yam;
raspberry leaf; olive leaf; hibiscus; butcher's broom; gotu kola; bilberry; grape seed; pine bark; pomegranate; noni;
goji; acai; mangosteen; amla; guggul; neem; tulsi; chlorella; wheatgrass; barley grass; kelp; cordyceps; maitake;
shiitake; lion's mane; chaga; turkey tail; green coffee; yerba mate; cocoa; khat; betel nut; ayahuasca; cannabis;
hemp; opium; iboga; blue lotus; kanna; tongkat ali; horny goat weed; muira puama; damiana; ephedra; thunder god vine;
fo-ti; aristolochia; comfrey; chaparral; germander; pennyroyal; greater celandine; usnea; garcinia; grapefruit;
bergamot; tea tree; eucalyptus; arnica; calendula; chamomile; thyme; sage leaf; rosemary; fennel; anise; caraway;
clove oil; cardamom; nigella; mustard seed; horseradish; beet; stevia; monk fruit; konjac; guar gum; flaxseed; chia;
soy; artichoke; burdock; yellow dock; sarsaparilla; pau d'arco; mullein; lobelia; coltsfoot; wild cherry; lemon balm;
hops; bacopa; Korean ginseng; American ginseng; eleuthero; schisandra; holy basil; berberine; shatavari; triphala;
black pepper; sassafras; tobacco"""


@pytest.mark.parametrize("text", [name.strip() for name in ASKED_FOR.split(";")])
def test_what_researchers_ask_for_is_there(products: ProductVocabulary, text: str) -> None:
    assert len(read_certain(products, text)) == 1


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("BLUE COHOSH", "black-cohosh"),
        ("CIMICIFUGA FOETIDA", "black-cohosh"),
        ("SIBERIAN GINSENG", "ginseng"),
        ("INDIAN GINSENG", "asian-ginseng"),
        ("PANAX NOTOGINSENG", "asian-ginseng"),
        ("BLACK TEA", "green-tea"),
        ("OOLONG TEA", "green-tea"),
        ("TEA TREE OIL", "green-tea"),
        ("CURCUMA ZEDOARIA", "turmeric"),
        ("CINNAMOMUM CAMPHORA OIL", "cinnamon"),
        ("CASSIA ACUTIFOLIA", "cinnamon"),
        ("CASSIA FISTULA", "senna"),
        ("ALLIUM CEPA", "garlic"),
        ("ELEPHANT GARLIC", "garlic"),
        ("HORSERADISH", "moringa"),
        ("MORMON TEA", "ephedra"),
        ("WESTERN WATERHEMP POLLEN", "hemp"),
        ("CANNABIDIOL", "cannabis"),
        ("CBD;THC", "cannabis"),
        ("SYNTHETIC MARIJUANA", "cannabis"),
        ("HYDROGENATED CASTOR OIL", "castor"),
        ("SOY FREE CANDLE", "soy"),
        ("BUCKWHEAT", "wheat"),
        ("OAK POLLEN", "oak-bark"),
        ("POISON IVY", "ivy"),
        ("ST JOHN'S BREAD", "st-johns-wort"),
        ("GENTIAN VIOLET", "gentian"),
        ("MARSHMALLOW FLUFF CEREAL", "marshmallow"),
        ("YELLOW OLEANDER", "oleander"),
        ("WHITE CLOVER", "red-clover"),
        ("DEAD NETTLE", "nettle"),
        ("NEUTROGENA GRAPEFRUIT SCRUB", "grapefruit"),
        ("ANGELICA DAHURICA ROOT", "dong-quai"),
        ("UNCARIA RHYNCHOPHYLLA", "cats-claw"),
        ("MANUKA HONEY", "manuka"),
        ("LEVOFLOXACIN; ZHEN JU JIANG YA PIAN", "ginger"),
        ("CIPROFLAX", "flaxseed"),
        ("IPRATROPIUM", "kratom-leaf"),
    ],
)
def test_what_only_looks_like_a_plant_is_not_taken_for_it(products: ProductVocabulary, text: str, never: str) -> None:
    named = {match.node for match in products.resolve(text) if match.node}
    above = {products.nodes[place].id for node in named for place in products.ancestors(products.position(node))}
    assert never not in above


@pytest.mark.parametrize(
    ("text", "about"),
    [("CASSIA", "cinnamon"), ("MARSHMALLOW", "marshmallow"), ("ANGELICA", "angelica-root"), ("SAGE", "sage")],
)
def test_a_word_with_several_meanings_alone_is_refused_with_its_reason(
    products: ProductVocabulary, text: str, about: str
) -> None:
    assert read_certain(products, text) == set()
    assert about in read_refused(products, text)


def test_extracts_and_mixtures_count_upwards_where_that_is_right(products: ProductVocabulary) -> None:
    assert set(products.members("tea")) >= {"green-tea", "green-tea-extract", "black-tea", "oolong-tea"}
    assert "red-vine-leaf" in products.members("grape-seed")
    assert "piperine" in products.members("black-pepper")
    assert all("triphala" in products.members(fruit) for fruit in ("amla", "haritaki", "bibhitaki"))
    assert set(products.members("cannabis-derived")) >= {"cannabis", "hemp", "cannabidiol", "tetrahydrocannabinol"}
    assert products.members("cannabis") == ("cannabis",)


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("ROOIBOS, ROSEHIPS, CHAMOMILE, CINNAMON TEA", "rooibos rose-hip chamomile cinnamon"),
        ("KAKKONTO [CINNAMOMUM CASSIA BARK;EPHEDRA SPP. HERB;PUERARIA LOBATA ROOT]", "cinnamon ephedra kudzu"),
        ("PYGEUM (+) SAW PALMETTO", "pygeum saw-palmetto"),
        ("ARCTIUM LAPPA/RHEUM PALMATUM/RUMEX ACETOSELLA/ULMUS RUBRA", "burdock rhubarb sheep-sorrel slippery-elm"),
        ("CYCLO 3 [MELILOTUS OFFICINALIS;RUSCUS ACULEATUS]", "sweet-clover butchers-broom"),
    ],
)
def test_every_plant_of_a_mixture_is_found(products: ProductVocabulary, text: str, nodes: str) -> None:
    assert read_certain(products, text) >= set(nodes.split())


def test_botanicals_are_many_and_carry_a_source_and_an_author(products: ProductVocabulary) -> None:
    botanicals = [node for node in products.nodes if node.kind == "botanical"]
    assert len(botanicals) > 500
    for node in botanicals:
        assert all(name.source for name in products.names(node.id)), node.id
        assert not node.taxon or len(node.taxon.split()) > 2, node.taxon


def test_what_the_older_version_named_still_exists(products: ProductVocabulary) -> None:
    older = load_products("2026-11")
    ids = {node.id for node in products.nodes}
    assert {node.id for node in older.nodes} <= ids
    moved = {"cannabis": "tetrahydrocannabinol"}
    for node in older.nodes:
        if node.kind != "botanical":
            continue
        for name in older.names(node.id):
            if name.kind != "context":
                found = read_certain(products, name.text)
                assert found & {node.id, moved.get(node.id, node.id)}, name.text

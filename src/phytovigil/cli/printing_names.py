"""Product names on the terminal: explained, listed, unmapped, to be decided, compiled."""

from __future__ import annotations

from typing import Any

from phytovigil.cli.printing import say, show_table, table

Answer = dict[str, Any]

MOST_NAMES = 6
"""Other names of a product that a search shows."""

MOST_REVIEWED = 15
"""Names to be decided that are shown; the file has them all."""

MOST_REASONS = 4

LONGEST = 46
"""Letters of a reported name in a table."""

STATUSES = {
    "certain": "mapped",
    "likely": "likely: the spelling comes near a known name",
    "setting": "decided by route, form or country of each report",
    "refused": "refused: known, and held back for a reason",
    "unknown": "unknown: nothing in it is known",
    "nameless": "rows without any name",
}

OPENED = "vocabulary.toml was not there; it was written, and calls the folder by its name."


def print_products(answer: Answer) -> None:
    """Products found."""
    if not answer["products"]:
        say(f"No name in the vocabulary {answer['vocabulary']} resembles “{answer['asked']}”.")
    for product in answer["products"]:
        kind = "; ".join(part for part in (product["kind"], product["taxon"]) if part)
        say(f"{product['id']}: {product['name']} ({kind})")
        others = [name["text"] for name in product["names"] if name["text"].lower() != product["name"].lower()]
        if others:
            say(f"  also {', '.join(others[:MOST_NAMES])}")


def print_explanation(answer: Answer) -> None:
    """Mappings and refusals of a product string."""
    if not answer["matches"]:
        say(f"“{answer['asked']}” holds no name that the vocabulary {answer['vocabulary']} knows.")
        return
    read = ", ".join(answer["nodes"]) or "nothing"
    likely = f"; likely {', '.join(answer['likely'])}" if answer["likely"] else ""
    joint = "; a combination" if answer["combination"] else ""
    say(f"“{answer['asked']}” is read as: {read}{likely}{joint} (vocabulary {answer['vocabulary']})")
    for match in answer["matches"]:
        mark = {"certain": "+", "likely": "?", "refused": "−"}[match["certainty"]]
        score = f" {match['score']:.2f}" if match["certainty"] == "likely" else ""
        say(f"  {mark} {match['matched']} [{match['rule']}{score}] {match['why']}")
        if match["evidence"]:
            say(f"      name from: {match['evidence']}")


def print_list(answer: Answer) -> None:
    """All products, one a line."""
    made = table("product", "name", "kind", "names", numbers=("names",))
    for product in answer["products"]:
        made.add_row(product["id"], product["name"], product["kind"], str(product["names"]))
    show_table(made)
    say(f"{len(answer['products']):,} products, vocabulary {answer['vocabulary']}. `products show NAME` shows one.")


def print_node(answer: Answer) -> None:
    """One product."""
    product = answer["product"]
    facts = [product["kind"], product["taxon"], product["part"]]
    say(f"{product['id']}: {product['name']} ({'; '.join(filter(None, facts))}; vocabulary {answer['vocabulary']})")
    if product["note"]:
        say(product["note"])
    for label, key in (("Counts also under", "ancestors"), ("Counts also", "members")):
        if product[key]:
            say(f"{label}: {', '.join(product[key])}")
    by_source: dict[str, list[str]] = {}
    for name in product["names"]:
        remark = ", ".join(part for part in (name["kind"] * (name["kind"] != "name"), name["language"]) if part)
        note = f": {name['note']}" if name["note"] else ""
        told = f"{name['text']} ({remark}{note})" if remark or note else name["text"]
        by_source.setdefault(name["source"], []).append(told)
    for source, names in by_source.items():
        say(f"Names from {source}:\n  {', '.join(names)}")
    for refusal in product["refusals"]:
        say(f"  − {refusal['matched']} [{refusal['rule']}] {refusal['why']}")


def print_unmapped(answer: Answer) -> None:
    """Totals by status, then the names of each status that map to nothing."""
    say(f"{answer['source']} as of {answer['as_of']}, vocabulary {answer['vocabulary']}\n")
    made = table("names as reported", "distinct names", "product rows", numbers=("distinct names", "product rows"))
    for total in answer["totals"]:
        made.add_row(STATUSES[total["status"]], f"{total['names']:,}", f"{total['product_rows']:,}")
    sums = [sum(total[key] for total in answer["totals"]) for key in ("names", "product_rows")]
    made.add_row("all", *(f"{number:,}" for number in sums))
    show_table(made)
    cases = answer["cases"]
    certain, likely = f"{cases['certain']:,}", f"{cases['likely']:,}"
    say(f"{certain} of {cases['cases']:,} cases name a mapped product, {likely} with likely names.")
    for status, names in answer["names"].items():
        if names:
            say(f"\n{STATUSES[status].capitalize()}; most cases first:")
            show_names(names, status)
    if answer["out"]:
        say(f"\nAll of them → {answer['out']}")


def show_names(names: list[Answer], status: str) -> None:
    """Names with their cases and, where something in them is known, what."""
    known = status != "unknown"
    columns = ("name", "cases", "rows", *(("known as", "rule") if known else ()))
    made = table(*columns, numbers=("cases", "rows"))
    for name in names:
        told = (name["candidate"] or name["matched"], name["rule"]) if known else ()
        made.add_row(shorten(name["name"]), f"{name['cases']:,}", f"{name['product_rows']:,}", *told)
    show_table(made)


def shorten(text: str) -> str:
    """A reported name that fits a column.

    >>> shorten("KRATOM"), len(shorten("A" * 100))
    ('KRATOM', 46)
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def print_review(answer: Answer) -> None:
    """The names of most cases that wait for a decision."""
    say(f"{answer['source']} as of {answer['as_of']}, vocabulary {answer['vocabulary']}")
    if not answer["names"]:
        say("No name waits for a decision.")
        return
    made = table("name", "cases", "perhaps", "rule", "score", numbers=("cases", "score"))
    for name in answer["names"][:MOST_REVIEWED]:
        score = f"{name['score']:.2f}" if name["score"] else ""
        made.add_row(shorten(name["name"]), f"{name['cases']:,}", name["candidate"], name["rule"], score)
    show_table(made)
    counted = ", ".join(f"{rule['names']:,} {rule['rule']}" for rule in answer["rules"])
    say(f"{len(answer['names']):,} names wait for a decision: {counted}.")
    least = answer["least_cases"]
    say(f"{answer['compared']:,} unknown names of at least {least} cases were compared with all known ones.")
    if answer["out"]:
        say(f"→ {answer['out']}: fill decision (ids joined by +, or none), by and date; then")
        say(f"  phytovigil products decide FOLDER {answer['out']}")
    else:
        say("--out names.csv writes them all, with empty columns for decisions.")


def print_decided(answer: Answer) -> None:
    """What was taken over."""
    if answer["made"]:
        say(OPENED)
    replaced = f", {answer['replaced']:,} replaced" if answer["replaced"] else ""
    added = f"{answer['added']:,} decisions added{replaced}, {answer['unchanged']:,} there already"
    say(f"{added}; {answer['undecided']:,} rows undecided.")
    say(f"{answer['held']:,} decisions → {answer['file']}")
    say(f"Count with them: --vocabulary {answer['folder']}")


def print_dictionary(answer: Answer) -> None:
    """The ledger of a dictionary."""
    if answer["made"]:
        say(OPENED)
    for file in answer["files"]:
        release = f" ({file['label']} {file['release']})" if file["release"] else f" ({file['label']})"
        left = file["rows_read"] - file["rows_kept"]
        rows = f"{file['rows_read']:,} rows read = {file['rows_kept']:,} used + {left:,} left out"
        say(f"{file['file']}{release}: {rows}")
        print_reasons(file["left_out"])
    left = answer["names_offered"] - answer["names_kept"]
    say(f"Names: {answer['names_offered']:,} offered = {answer['names_kept']:,} kept + {left:,} left out")
    print_reasons(answer["left_out"])
    say(
        f"{answer['nodes_new']:,} new products, {answer['nodes_known']:,} that {answer['base']} has already, "
        f"{answer['classes']:,} ATC classes."
    )
    say(f"Count with them: --vocabulary {answer['folder']}")


def print_reasons(reasons: list[Answer]) -> None:
    """The most frequent reasons."""
    for reason in reasons[:MOST_REASONS]:
        say(f"  {reason['count']:,} × {reason['reason']}: {reason['meaning']}")
    if len(reasons) > MOST_REASONS:
        more = sum(reason["count"] for reason in reasons[MOST_REASONS:])
        say(f"  {more:,} for {len(reasons) - MOST_REASONS} other reasons; --json names them")

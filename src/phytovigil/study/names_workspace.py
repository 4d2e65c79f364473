"""Product names as a person works with them: look them up, see what is not mapped, decide, and add dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phytovigil.errors import UnknownName
from phytovigil.schema.vocabulary import NODE_KINDS, Node, Setting
from phytovigil.study.asking import frame_answer
from phytovigil.study.counting import ReportCounter
from phytovigil.study.name_review import decide_names, list_review, list_unmapped, write_review
from phytovigil.vocabulary import ProductVocabulary

Open = Callable[[str | None, str | None], AbstractContextManager[ReportCounter]]

NO_SETTING = Setting()

MOST = 30
"""Names of each kind in an answer, unless told."""


class Names:
    """The product names of a workspace.

    open_source : opens a source as of a date. products : the vocabulary that reports are read by.
    """

    def __init__(self, open_source: Open, products: ProductVocabulary) -> None:
        self._open = open_source
        self._products = products

    def find(self, text: str) -> dict[str, Any]:
        """Products of the vocabulary whose names resemble a text."""
        found = [
            {**asdict(node), "names": [asdict(name) for name in self._products.names(node.id)]}
            for node in self._products.find(text)
        ]
        return frame_answer("products-find", asked=text, vocabulary=self._products.version, products=found)

    def explain(self, text: str, setting: Setting = NO_SETTING) -> dict[str, Any]:
        """What a reported string is taken for, and what is refused, with the reasons.

        setting : route, form and country of the report, by which some names are decided.
        """
        matches = [asdict(match) for match in self._products.resolve(text, setting)]
        certain = {match["node"] for match in matches if match["certainty"] == "certain"}
        likely = {match["node"] for match in matches if match["certainty"] == "likely"} - certain
        positions = [self._products.positions[node] for node in sorted(certain | likely)]
        return frame_answer(
            "products-explain",
            asked=text,
            setting=asdict(setting),
            vocabulary=self._products.version,
            nodes=sorted(certain),
            likely=sorted(likely),
            combination=self._products.is_combination(positions),
            matches=matches,
        )

    def list(self, kind: str | None = None) -> dict[str, Any]:
        """All products, or those of one kind, with the number of their names. Raises UnknownName for another kind."""
        if kind is not None and kind not in NODE_KINDS:
            raise UnknownName("kind of product", kind, "this version", hint=f"Known are {', '.join(NODE_KINDS)}.")
        listed = [
            {**describe_node(node), "names": len(self._products.names(node.id))}
            for node in self._products.nodes
            if kind in (None, node.kind)
        ]
        return frame_answer("products-list", vocabulary=self._products.version, asked=kind or "", products=listed)

    def show(self, product: str) -> dict[str, Any]:
        """One product: its names with their sources, what is above and below it, and what is refused for it."""
        products = self._products
        node = products.node(product)
        refusals = [
            {"matched": match.matched, "rule": match.rule, "why": match.why}
            for match in products.refusals
            if match.candidate == node.id
        ]
        shown = {
            **asdict(node),
            "names": [asdict(name) for name in products.names(node.id)],
            "ancestors": [products.nodes[place].id for place in products.ancestors(products.positions[node.id])[1:]],
            "members": [member for member in products.members(node.id) if member != node.id],
            "refusals": refusals,
        }
        return frame_answer("products-show", vocabulary=products.version, product=shown)

    def unmapped(
        self,
        *,
        source: str | None = None,
        as_of: str | None = None,
        most: int = MOST,
        out: Path | str | None = None,
    ) -> dict[str, Any]:
        """Every reported name that maps to nothing, most frequent first, and how many are mapped.

        most : names of each status in the answer. out : file for all of them, Parquet if its name ends so, else CSV.
        """
        with self._open(source, as_of) as counter:
            found = list_unmapped(counter.opened, most, Path(out) if out else None)
            return frame_answer("products-unmapped", **frame_release(counter), **found)

    def review(
        self, *, source: str | None = None, as_of: str | None = None, out: Path | str | None = None
    ) -> dict[str, Any]:
        """Names that a person had better decide, those of most cases first. out : file in which to do it (CSV)."""
        with self._open(source, as_of) as counter:
            found = list_review(counter.opened)
            if out is not None:
                write_review(found["names"], Path(out))
            return frame_answer("products-review", **frame_release(counter), **found, out=str(out or ""))

    def decide(self, folder: Path | str, file: Path | str, *, replace: bool = False) -> dict[str, Any]:
        """Take the decisions of an edited review file over into an own vocabulary folder.

        Raises InvalidVocabulary for a row that contradicts another or names an unknown product, UnreadableFile.
        """
        return frame_answer("products-decide", **decide_names(Path(folder), Path(file), replace))

    def dictionary(
        self,
        folder: Path | str,
        *,
        rxnorm: Path | str | None = None,
        unii: Path | str | None = None,
        atc: Path | str | None = None,
    ) -> dict[str, Any]:
        """Compile one's own RxNorm, UNII and ATC files into an own vocabulary folder.

        rxnorm : folder of an unzipped release. unii : file UNII_Names, or the folder of the list. atc : table of codes.
        Raises UnreadableFile for a file of another layout.
        """
        # Late: only this one needs the readers of those files.
        from phytovigil.vocabulary.dictionary_compiling import compile_dictionary
        from phytovigil.vocabulary.own_folder import make_own_folder, read_own_nodes

        made = make_own_folder(Path(folder))
        files = {"rxnorm": rxnorm, "unii": unii, "atc": atc}
        given = {name: Path(file) for name, file in files.items() if file is not None}
        about = compile_dictionary(Path(folder), read_own_nodes(Path(folder)), **given)
        kept = ("base", "files", "names_offered", "names_kept", "left_out", "nodes_new", "nodes_known", "classes")
        return frame_answer(
            "products-dictionary", folder=str(folder), made=made, **{name: about[name] for name in kept}
        )


def frame_release(counter: ReportCounter) -> dict[str, Any]:
    """Where an answer about all names of a source comes from."""
    opened = counter.opened
    releases = [{"id": item.id, "as_of": item.as_of} for item in opened.session.releases]
    return {
        "source": opened.source.name,
        "as_of": opened.as_of,
        "releases": releases,
        "vocabulary": opened.products.version,
    }


def describe_node(node: Node) -> dict[str, Any]:
    """A node for a list."""
    return {"id": node.id, "name": node.name, "kind": node.kind, "taxon": node.taxon, "parents": list(node.parents)}

"""Reported words -> product nodes and reaction groups; the dictionaries are dated data files."""

from phytovigil.vocabulary.loading import (
    list_product_versions,
    list_reaction_versions,
    load_products,
    load_reactions,
)
from phytovigil.vocabulary.products import MappedNames, ProductVocabulary
from phytovigil.vocabulary.reactions import ReactionVocabulary

__all__ = [
    "MappedNames",
    "ProductVocabulary",
    "ReactionVocabulary",
    "list_product_versions",
    "list_reaction_versions",
    "load_products",
    "load_reactions",
]

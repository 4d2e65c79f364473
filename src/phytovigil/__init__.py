"""Phytovigil: from the raw files of drug-safety regulators to an answer that a reviewer can check line by line."""

__version__ = "0.1.0"

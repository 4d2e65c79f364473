"""A diary as a FHIR R5 bundle, checked by fhir.resources."""

from phytovigil.exchange.fhir.bundle import FhirBundle, LeftOut, make_bundle

__all__ = ["FhirBundle", "LeftOut", "make_bundle"]

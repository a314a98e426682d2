"""Networks in the formats of other tools: BIF, XMLBIF, Hugin NET, GeNIe XDSL, UAI."""

from tocsin.network.formats.draft import Description
from tocsin.network.formats.registry import (
    FORMATS,
    READABLE,
    NetworkFile,
    has_names,
    read_file,
    read_network,
    write_network,
)

__all__ = [
    "FORMATS",
    "READABLE",
    "Description",
    "NetworkFile",
    "has_names",
    "read_file",
    "read_network",
    "write_network",
]

"""Networks in the formats of other tools: BIF, XMLBIF, Hugin NET, GeNIe XDSL, UAI.

What a file keeps. All formats: sizes, parents in their order, every digit of the tables (XDSL: 16 decimals).
BIF, XMLBIF, NET, XDSL: the names and the order of states; the variables come back sorted by name, XDSL keeps their
order. UAI: the order of everything, no names (see `tocsin.network.uai`).
What cannot be read: BIF with `default` rows; NET and XDSL with other than discrete chance nodes; XML that declares
entities; files that are not UTF-8. Text is only parsed, never executed.
What is written is first read back and compared, so that a trap in a writer cannot leave a wrong file behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import BadInput, BadNetwork, Problem, nearest
from tocsin.network import naming
from tocsin.network.bridge import quiet
from tocsin.network.foreign import bif_text, net_text, xdsl_text, xml_text
from tocsin.network.naming import Naming
from tocsin.network.network import Array, Network
from tocsin.network.textfile import problem, read_text, write_text
from tocsin.network.uai import from_uai, to_uai


def read_network(path: str | Path) -> Network:
    """The network in a .bif, .bif.gz, .xmlbif, .xml, .net, .xdsl or .uai file; raises BadInput, naming the file."""
    path = Path(path)
    format_ = _format_of(path, READABLE)
    text = read_text(path)
    try:
        return _parsed(format_, text)
    except _Unreadable as error:
        raise problem(path, str(error), error.line, error.column) from None
    except BadNetwork as error:
        raise problem(path, str(error)) from None


def write_network(network: Network, path: str | Path) -> None:
    """Writes the network in the format that the suffix names; the file appears whole or not at all.

    Raises BadInput if the suffix is unknown, the format cannot hold the names, or the place cannot be written.
    """
    path = Path(path)
    format_ = _format_of(path, FORMATS)
    if objections := list(format_.naming.objections(network)):
        raise BadInput(Problem(str(path), 0, 0, name, f"{format_.name}: {why}") for name, why in objections)
    with quiet():
        text = format_.write(network)
    if not _reads_back(network, format_, text):
        raise problem(path, f"{format_.name} cannot hold this network: it would not read back the same")
    write_text(path, text)


class _Unreadable(BadNetwork):
    """A text that is not in its format, and where."""

    def __init__(self, message: str, line: int = 0, column: int = 0):
        self.line, self.column = line, column
        super().__init__(message)


def _parsed(format_: Format, text: str) -> Network:
    try:
        with quiet():
            return format_.read(text)
    except (BadNetwork, ImportError):
        raise
    # pgmpy's readers check nothing: on a malformed text they fall over wherever they happen to be.
    except Exception as error:
        line, column = getattr(error, "position", (0, -1))  # of XML's own errors
        raise _Unreadable(f"not a readable {format_.name} network{_reason(error)}", line, column + 1) from None


def _reason(error: Exception) -> str:
    """What of the reader's words is of use to somebody who has not read its source."""
    if isinstance(error, KeyError):
        return f": unknown name {error}"
    told = str(error).strip() if isinstance(error, ValueError | SyntaxError) else ""
    return f": {told.splitlines()[0][:200]}" if told else ""


def _assembled(
    variables: Sequence[str],
    states: Mapping[str, Sequence[str]],
    parents: Mapping[str, Sequence[str]],
    columns: Mapping[str, ArrayLike],
    text: str,
) -> Network:
    """What a reader of pgmpy's found in `text`, checked; columns: `[states, columns]`, the last parent fastest."""
    tables: dict[str, Array] = {}
    for name in variables:
        if name not in columns or name not in parents:
            raise BadNetwork(f"{name}: the file has no table for it")
        for parent in parents[name]:
            if parent not in states:
                raise BadNetwork(f"{name}: no variable {parent!r}{nearest(parent, variables)}")
        shape = [len(states[member]) for member in (name, *parents[name])]
        values = np.asarray(columns[name], dtype=np.float64)
        # A number takes a character at least: a table that its file cannot fill must not fill the memory either.
        if values.size != prod(shape) or values.size > len(text):
            raise BadNetwork(f"{name}: the file's numbers do not fill its table of {' x '.join(map(str, shape))}")
        tables[name] = values.reshape(shape)
    return Network(
        tuple(variables),
        {name: tuple(states[name]) for name in variables},
        {name: tuple(parents[name]) for name in variables},
        tables,
    )


def _from_bif(text: str) -> Network:
    from pgmpy.readwrite import BIFReader

    reader = BIFReader(string=bif_text(text))
    return _assembled(
        reader.variable_names, reader.variable_states, reader.variable_parents, reader.variable_cpds, text
    )


def _to_bif(network: Network) -> str:
    from pgmpy.readwrite import BIFWriter

    return str(BIFWriter(network.to_pgmpy()))


def _from_xmlbif(text: str) -> Network:
    from pgmpy.readwrite import XMLBIFReader

    reader = XMLBIFReader(string=xml_text(text))
    return _assembled(reader.variables, reader.variable_states, reader.variable_parents, reader.variable_CPD, text)


def _to_xmlbif(network: Network) -> str:
    from pgmpy.readwrite import XMLBIFWriter

    return str(XMLBIFWriter(network.to_pgmpy()))


def _from_xdsl(text: str) -> Network:
    from pgmpy.readwrite import XDSLReader

    reader = XDSLReader(string=xdsl_text(text))
    return _assembled(reader.variables, reader.variable_states, reader.variable_parents, reader.variable_CPD, text)


def _to_xdsl(network: Network) -> str:
    import random
    from xml.etree.ElementTree import indent, tostring

    from pgmpy.readwrite import XDSLWriter

    # The writer scatters the nodes by the global generator: seed it for equal bytes, and give it back as it was.
    before = random.getstate()
    random.seed(0)
    try:
        root = XDSLWriter(network.to_pgmpy()).root
    finally:
        random.setstate(before)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _from_net(text: str) -> Network:
    from pgmpy.readwrite import NETReader

    reader = NETReader(string=net_text(text))
    return _assembled(
        reader.variable_names, reader.variable_states, reader.variable_parents, reader.variable_cpds, text
    )


def _to_net(network: Network) -> str:
    from pgmpy.readwrite import NETWriter

    class ExactWriter(NETWriter):  # type: ignore[misc]
        """pgmpy's writer rounds to eight decimals, by numpy's print settings."""

        def net_cpd(self, var_name: str) -> str:
            return _nested(np.moveaxis(self.tables[var_name], 0, -1))

    return str(ExactWriter(network.to_pgmpy()))


def _nested(values: Array) -> str:
    parts = map(_nested, values) if values.ndim > 1 else (repr(float(value)) for value in values)
    return f"({' '.join(parts)})"


@dataclass(frozen=True)
class Format:
    """How one format is read and written, and which names it can hold; `read` may raise anything."""

    name: str
    read: Callable[[str], Network]
    write: Callable[[Network], str]
    naming: Naming


_BIF = Format("BIF", _from_bif, _to_bif, naming.BIF)
_XMLBIF = Format("XMLBIF", _from_xmlbif, _to_xmlbif, naming.XMLBIF)
_NET = Format("NET", _from_net, _to_net, naming.NET)
_XDSL = Format("XDSL", _from_xdsl, _to_xdsl, naming.XDSL)
_UAI = Format("UAI", from_uai, to_uai, naming.NAMELESS)

FORMATS: Mapping[str, Format] = {
    ".bif": _BIF,
    ".xmlbif": _XMLBIF,
    ".xml": _XMLBIF,
    ".net": _NET,
    ".xdsl": _XDSL,
    ".uai": _UAI,
}
"""What can be written, by suffix."""
READABLE: Mapping[str, Format] = {**FORMATS, ".bif.gz": _BIF}
"""What can be read, by suffix."""


def _format_of(path: Path, formats: Mapping[str, Format]) -> Format:
    name = path.name.lower()
    for suffix, format_ in formats.items():
        if name.endswith(suffix):
            return format_
    raise problem(path, f"unknown kind of file; allowed: {', '.join(formats)}")


def _reads_back(network: Network, format_: Format, text: str) -> bool:
    """Whether the text holds the network: its names, or for UAI its order, and its tables to the written digits."""
    try:
        back = _parsed(format_, text)
    except BadNetwork:
        return False
    if format_ is _UAI:
        names = dict(zip(back.variables, network.variables, strict=True))
    else:
        names = {name: name for name in back.variables}
        if back.states != {name: tuple(network.states[name]) for name in network.variables}:
            return False
    return sorted(names.values()) == sorted(network.variables) and all(
        tuple(names[parent] for parent in back.parents[new]) == tuple(network.parents[old])
        and np.allclose(back.tables[new], network.tables[old], rtol=0.0, atol=1e-15)
        for new, old in names.items()
    )

"""BIF, the Interchange Format for Bayesian Networks 0.15 (Cozman 1998), and what JavaBayes, bnlearn and aGrUM write.

Words may stand in quotes, commas may be left out, a heading may do without its bar, and a state may be an interval
such as `[18,30)`. `table` lists the child's first state for all columns, then its second. `default` stands for every
row that is not given; `*` in a row for every state of that parent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import prod

import numpy as np

from tocsin.network.formats.draft import MAX_PARENTS, Description, Draft, Format, Naming
from tocsin.network.formats.scanner import Place, Scanner, UnreadableText, cut, text_of
from tocsin.network.network import Network

_TOKENS = re.compile(
    r"""(?P<skip>(?:\s++|//[^\n]*|/\*.*?\*/)++)
      | (?P<string>"[^"]*")
      | (?P<word>(?:(?!//|/\*)[^\s,;|(){}\[\]"])++)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_INTERVAL = re.compile(r'[(\[\]]\s*[^\s,;|(){}\[\]"]+\s*,\s*[^\s,;|(){}\[\]"]+\s*[)\]\[]')
_PROPERTY = re.compile(r'(?:"[^"]*"|[^;"]++)*+;')


@dataclass
class _Block:
    """One `probability` block: its rows by the states of the parents."""

    child: str
    parents: list[str]
    place: Place
    whole: dict[str, list[float]] = field(default_factory=dict)
    """The numbers after `table` and after `default`."""
    rows: list[tuple[list[str], list[float], Place]] = field(default_factory=list)


def read_bif(content: bytes) -> Draft:
    """What a BIF text says. Raises UnreadableText."""
    scanner, draft, blocks = Scanner(text_of(content), _TOKENS), Draft(), []
    while scanner.peek().kind != "end":
        if scanner.accept("network"):
            if scanner.peek().text != "{":
                scanner.name("the network's name")
            scanner.expect("{", "after 'network' and its name")
            while not scanner.accept("}"):
                _property(scanner, "in the network's block, a property or '}' is expected")
        elif scanner.accept("variable"):
            _variable(scanner, draft)
        elif scanner.accept("probability"):
            blocks.append(_probability(scanner))
        else:
            token = scanner.take()
            raise scanner.error(
                f"a block 'network', 'variable' or 'probability' is expected, not {scanner.shown(token)}", token
            )
    for block in blocks:
        _fill(draft, block)
    return draft


def _property(scanner: Scanner, expected: str) -> None:
    if not scanner.accept("property"):
        raise scanner.error(f"{expected}, not {scanner.shown(scanner.peek())}")
    if scanner.match(_PROPERTY) is None:
        raise scanner.error("a property has no ';' at its end")


def _variable(scanner: Scanner, draft: Draft) -> None:
    place = scanner.place()
    name = scanner.name("a variable's name")
    scanner.expect("{", f"after the variable's name {name!r}", "; a name with spaces stands in quotes")
    states: list[str] | None = None
    while not scanner.accept("}"):
        if not scanner.accept("type"):
            _property(scanner, f"{name}: 'type', 'property' or '}}' is expected")
            continue
        kind = scanner.take()
        if kind.text != "discrete":
            raise scanner.error(f"{name}: only discrete variables can be read, not {scanner.shown(kind)}", kind)
        scanner.expect("[", "before the number of states")
        announced = scanner.count("the number of states")
        scanner.expect("]", "after the number of states")
        scanner.expect("{", "before the states")
        states = []
        while not scanner.accept("}"):
            states.append(_state(scanner))
            scanner.accept(",")
        scanner.expect(";", "after the states")
        if len(states) != announced:
            hint = "; a name with spaces stands in quotes" if len(states) > announced else ""
            raise UnreadableText(f"{name}: {announced} states are announced and {len(states)} are named{hint}", place)
    draft.add_variable(name, states or [], place)


def _state(scanner: Scanner) -> str:
    interval = scanner.match(_INTERVAL) if scanner.peek().text in ("(", "[", "]") else None
    return re.sub(r"\s", "", interval) if interval else scanner.name("a state's name")


def _probability(scanner: Scanner) -> _Block:
    block = _heading(scanner)
    while not scanner.accept("}"):
        place, whole = scanner.place(), scanner.peek().text
        if scanner.accept("("):
            labels = []
            while not scanner.accept(")"):
                labels.append(_state(scanner))
                scanner.accept(",")
            block.rows.append((labels, list(scanner.numbers()), place))
        elif scanner.accept("table", "default"):
            if whole in block.whole:
                raise UnreadableText(f"{block.child}: a second row {whole!r}", place)
            block.whole[whole] = list(scanner.numbers())
        else:
            _property(
                scanner, f"{block.child}: 'table', 'default', a row in parentheses, 'property' or '}}' is expected"
            )
            continue
        scanner.expect(";", "after the numbers of a row")
    return block


def _heading(scanner: Scanner) -> _Block:
    place = scanner.place()
    scanner.expect("(", "after 'probability'")
    child = scanner.name("a variable's name")
    parents: list[str] = []
    scanner.accept(",")
    barred = scanner.accept("|")
    while not scanner.accept(")"):
        if scanner.peek().text == "|":
            many = "a second '|'" if barred else f"{child!r} and {parents[0]!r} before '|'"
            raise scanner.error(f"one variable stands before one '|', not {many}; names with spaces stand in quotes")
        parents.append(scanner.name(f"a parent of {child}, or ')',"))
        scanner.accept(",")
    scanner.expect("{", f"after the heading of {child}'s table")
    return _Block(child, parents, place)


def _fill(draft: Draft, block: _Block) -> None:
    child, parents, table = block.child, block.parents, block.whole.get("table")
    shape = draft.shape(child, parents, block.place)
    if table is not None and (block.rows or "default" in block.whole):
        raise UnreadableText(f"{child}: either 'table' or rows, not both", block.place)
    for row, numbers in block.whole.items():
        due = prod(shape) if row == "table" else shape[-1]
        if len(numbers) != due:
            raise UnreadableText(f"{child}: {row!r} holds {len(numbers)} numbers; {due} are due", block.place)
    if table is not None:
        by_state = np.asarray(table, dtype=np.float64).reshape(shape[-1], *shape[:-1])
        draft.set_table(child, np.moveaxis(by_state, 0, -1), block.place)
        return
    values, given = np.zeros(shape), np.zeros(shape[:-1], dtype=bool)
    default = block.whole.get("default")
    if default is not None:
        values[...] = default
    for labels, numbers, place in block.rows:
        row = f"{child}: row ({', '.join(map(cut, labels[:MAX_PARENTS]))})"
        if len(labels) != len(parents):
            raise UnreadableText(f"{row} names {len(labels)} states; the table has {len(parents)} parents", place)
        if len(numbers) != shape[-1]:
            raise UnreadableText(f"{row} holds {len(numbers)} numbers for {shape[-1]} states", place)
        position = tuple(
            slice(None) if label == "*" and label not in draft.states[parent] else draft.index(parent, label, place)
            for parent, label in zip(parents, labels, strict=True)
        )
        if np.any(given[position]):
            raise UnreadableText(f"{row} stands twice; the parents' states in each combination have one row", place)
        values[position], given[position] = numbers, True
    if default is None and not given.all():
        missing = np.unravel_index(int(np.argmin(given)), given.shape) if parents else ()
        states = [f"{parent} = {draft.states[parent][at]}" for parent, at in zip(parents, missing, strict=True)]
        raise UnreadableText(f"{child}: no row for {', '.join(states) or 'its states'}, and no 'default'", block.place)
    draft.set_table(child, values, block.place)


def write_bif(network: Network, description: Description) -> str:
    """The network as BIF; the description becomes properties."""
    lines = [f"network {description.name} {{"]
    lines += [f"  property {key} = {_plain(value)} ;" for key, value in description.properties.items()]
    lines.append("}")
    for name in network.variables:
        states = network.states[name]
        lines += [f"variable {name} {{", f"  type discrete [ {len(states)} ] {{ {', '.join(states)} }};"]
        lines += [f"  property {key} = {_plain(text)} ;" for key, text in description.of(name)]
        lines.append("}")
    for name in network.variables:
        parents, rows = network.parents[name], np.moveaxis(network.tables[name], 0, -1)
        lines.append(f"probability ( {' | '.join(filter(None, (name, ', '.join(parents))))} ) {{")
        for position in np.ndindex(rows.shape[:-1]):
            states_of = (network.states[parent][at] for parent, at in zip(parents, position, strict=True))
            head = f"({', '.join(states_of)})" if parents else "table"
            lines.append(f"  {head} {', '.join(repr(float(p)) for p in rows[position])};")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """A property's text without what would end it, or what other readers take for a comment or a block."""
    return re.sub(r"//+|/\*|\*/", "/", re.sub(r"[;\"{}|]", ",", " ".join(text.split())))


_WORD = r"(?:(?!//|/\*)[^\s,;|(){}\[\]\"])+"
_NAMING = Naming(_WORD, _WORD, "names without spaces, quotes, comments and , ; | ( ) { } [ ]")
BIF = Format("BIF", read_bif, write_bif, _NAMING)

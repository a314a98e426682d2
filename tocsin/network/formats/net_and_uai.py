"""Two formats of plain text: Hugin NET, version 5, also as UnBBayes and aGrUM write it; and UAI, without names.

NET: a state stands in quotes, where `\\"` is a quote and `\\\\` a backslash; bare words and numbers are read too.
Parents are listed slowest first, and the child's state changes fastest. Comments go from `%` to the end of the line.

UAI (the competition's): variables and states are numbered. A scope lists the parents and then the child, and its last
variable changes fastest (pyAgrum 3.3.1 keeps to the child's place but lets the *first* parent change fastest; pgmpy
1.1.2 puts the child first). Comments begin with `#`.
Format: https://uaicompetition.github.io/uci-2022/file-formats/model-format/
"""

from __future__ import annotations

import re
from math import prod

import numpy as np

from tocsin.network.formats.draft import CONTROL, Description, Draft, Format, Naming
from tocsin.network.formats.scanner import NOWHERE, Place, Scanner, Token, UnreadableText, text_of
from tocsin.network.network import Array, Network

_NET_TOKENS = re.compile(
    r"""(?P<skip>(?:\s++|%[^\n]*)++)
      | (?P<string>"(?:[^"\\]++|\\.)*+")
      | (?P<word>[^\s%,;|(){}="\\]+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_OTHER_NODES = ("continuous", "decision", "utility", "function")


def read_net(content: bytes) -> Draft:
    """What a NET text says. Raises UnreadableText."""
    scanner, draft = Scanner(text_of(content), _NET_TOKENS), Draft()
    tables = []
    while scanner.peek().kind != "end":
        token = scanner.take()
        if token.text == "net":
            scanner.expect("{", "after 'net'")
            _fields(scanner, "the network")
        elif token.text in ("discrete", "node"):
            if token.text == "discrete":
                scanner.expect("node", "after 'discrete'")
            place, name = scanner.place(), scanner.name("a variable's name")
            scanner.expect("{", f"after node {name!r}")
            states = _fields(scanner, name, "states") or []
            draft.add_variable(name, [_unquoted(state.text) for state in states], place)
        elif token.text == "potential":
            place = scanner.place()
            child, parents = _scope(scanner)
            scanner.expect("{", f"after the heading of {child}'s potential")
            tables.append((child, parents, _fields(scanner, f"the potential of {child}", "data"), place))
        elif token.text in ("class", "instance", *_OTHER_NODES):
            what = f"{token.text} node" if token.text == "continuous" else token.text
            raise scanner.error(f"only networks of discrete chance nodes can be read, and here is a {what}", token)
        else:
            raise scanner.error(f"'net', 'node' or 'potential' is expected, not {scanner.shown(token)}", token)
    for child, parents, data, place in tables:
        if data is None:
            raise UnreadableText(f"{child}: its potential has no data", place)
        draft.fill(child, parents, [scanner.as_number(token) for token in data], place)
    return draft


def _scope(scanner: Scanner) -> tuple[str, list[str]]:
    scanner.expect("(", "after 'potential'")
    child = scanner.name("a variable's name")
    parents: list[str] = []
    if scanner.accept("|"):
        while scanner.peek().text != ")":
            parents.append(scanner.name("a parent's name"))
            scanner.accept(",")
    scanner.expect(")", f"after {child}; one variable stands before the '|'")
    return child, parents


def _fields(scanner: Scanner, owner: str, wanted: str = "") -> list[Token] | None:
    """Reads `name = value;` up to the closing brace; the words of the value that is wanted. Raises UnreadableText."""
    found: list[Token] | None = None
    while not scanner.accept("}"):
        field = scanner.take()
        if field.kind != "word":
            raise scanner.error(f"{owner}: a field or '}}' is expected, not {scanner.shown(field)}", field)
        if field.text in ("model_nodes", "model_data"):
            raise scanner.error(f"{owner}: a table that is computed from an expression cannot be read", field)
        scanner.expect("=", f"after {field.text!r}")
        value = _value(scanner, owner)
        if field.text == wanted:
            if found is not None:
                raise scanner.error(f"{owner}: a second field {wanted!r}", field)
            found = value
    return found


def _value(scanner: Scanner, owner: str) -> list[Token]:
    """The words and strings of a value, up to its semicolon."""
    found, depth = [], 0
    while (token := scanner.take()).text != ";":
        if token.kind in ("word", "string"):
            found.append(token)
            continue
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0 or token.kind == "end" or token.text in ("{", "}", '"', "="):
            raise scanner.error(f"{owner}: a value with its ';' is expected, not {scanner.shown(token)}", token)
    if depth:
        raise scanner.error(f"{owner}: a parenthesis is not closed before ';'", token)
    return found


def write_net(network: Network, description: Description) -> str:
    """The network as NET; the description becomes fields of the net and of its nodes, which Hugin keeps."""
    lines = ["net", "{", "  node_size = (80 40);", f"  name = {_quoted(_flat(description.name))};"]
    lines += [f"  {key} = {_quoted(_flat(value))};" for key, value in description.properties.items()]
    lines.append("}")
    for name in network.variables:
        words = dict(description.of(name))
        lines += [f"node {name}", "{", f"  states = ({' '.join(map(_quoted, network.states[name]))});"]
        lines.append(f"  label = {_quoted(_flat(words.get('title', '')))};")
        if "note" in words:
            lines.append(f"  HR_Desc = {_quoted(_flat(words['note']))};")
        lines.append("}")
    for name in network.variables:
        scope = " | ".join(filter(None, (name, " ".join(network.parents[name]))))
        table = np.moveaxis(network.tables[name], 0, -1)
        lines += [f"potential ({scope})", "{", f"  data = {_nested(table)};", "}"]
    return "\n".join(lines) + "\n"


def _nested(values: Array) -> str:
    parts = map(_nested, values) if values.ndim > 1 else (repr(float(value)) for value in values)
    return f"({' '.join(parts)})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _flat(text: str) -> str:
    """Prose on one line; other readers take a percent sign for a comment even where it stands in quotes."""
    return " ".join(text.replace("%", " percent").split())


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


_NAMING = Naming(
    r"[A-Za-z_][A-Za-z0-9_]*",
    rf"(?!\s*\Z)[^{CONTROL}]+",
    "variables of plain letters, digits and underscores that start with no digit, states of anything but line breaks",
)
NET = Format("NET", read_net, write_net, _NAMING)


_UAI_TOKENS = re.compile(r"(?P<skip>(?:\s++|#[^\n]*)++)|(?P<word>[^\s#]+)")


def read_uai(content: bytes) -> Draft:
    """What a UAI text says: variables var_0, var_1 …, states 0, 1 …. Raises UnreadableText."""
    scanner, draft = Scanner(text_of(content), _UAI_TOKENS), Draft()
    kind = scanner.take()
    if kind.text != "BAYES":
        raise scanner.error(f"only networks of type BAYES can be read, not {scanner.shown(kind)}", kind)
    sizes = []
    for number in range(scanner.count("the number of variables")):
        place = scanner.place()
        sizes.append(scanner.count(f"the number of states of variable {number}"))
        if not sizes[-1]:
            raise UnreadableText(f"variable {number} has no states", place)
    tables = _tables(scanner, sizes, _scopes(scanner, len(sizes)))
    if missing := set(range(len(sizes))).difference(scope[-1] for scope, *_ in tables):
        raise scanner.error(f"var_{min(missing)} has no table")
    # Only now, since the numbers of each table were in the file, are its states no more than the file can hold.
    for number, size in enumerate(sizes):
        draft.add_variable(f"var_{number}", [*map(str, range(size))], NOWHERE)
    for scope, values, place in tables:
        *parents, child = (f"var_{number}" for number in scope)
        draft.fill(child, parents, values, place)
    if scanner.peek().kind != "end":
        raise scanner.error(f"the file goes on after its last table, with {scanner.shown(scanner.peek())}")
    return draft


def _scopes(scanner: Scanner, variables: int) -> list[list[int]]:
    scopes: list[list[int]] = []
    for number in range(scanner.count("the number of tables")):
        place = scanner.place()
        scope = [scanner.count("the number of a variable") for _ in range(scanner.count("the size of a scope"))]
        if not scope or max(scope) >= variables:
            shown = ", ".join(map(str, scope[:20])) or "none"
            raise UnreadableText(
                f"table {number} is over variables {shown}; they are numbered 0 to {variables - 1}", place
            )
        scopes.append(scope)
    return scopes


def _tables(scanner: Scanner, sizes: list[int], scopes: list[list[int]]) -> list[tuple[list[int], Array, Place]]:
    tables = []
    for scope in scopes:
        place = scanner.place()
        announced = scanner.count("the number of a table's numbers")
        due = prod(sizes[number] for number in scope)
        if announced != due:
            raise UnreadableText(f"var_{scope[-1]}: {announced} numbers are announced for a table of {due}", place)
        if announced > len(scanner.text):
            raise UnreadableText(f"var_{scope[-1]}: the file is too short for the {announced} numbers announced", place)
        tables.append((scope, np.fromiter((scanner.number() for _ in range(announced)), np.float64), place))
    return tables


def write_uai(network: Network, _description: Description) -> str:
    """The network as UAI text; every name is lost, the order of variables, states and parents kept."""
    place = {name: i for i, name in enumerate(network.variables)}
    lines = ["BAYES", str(len(place)), " ".join(str(network.size(name)) for name in network.variables), str(len(place))]
    for name in network.variables:
        scope = [place[member] for member in (*network.parents[name], name)]
        lines.append(" ".join(map(str, [len(scope), *scope])))
    for name in network.variables:
        rows = np.moveaxis(network.tables[name], 0, -1).reshape(-1, network.size(name))
        lines += ["", str(rows.size), *(" ".join(repr(float(p)) for p in row) for row in rows)]
    return "\n".join(lines) + "\n"


UAI = Format("UAI", read_uai, write_uai, Naming(r"(?s:.*)", r"(?s:.*)", "all names, which are lost"))

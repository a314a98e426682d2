"""Network files of other tools, written well and then spoilt: read as a network, or refused with a reason.

What is read is a network of distributions, and comes back the same when it is written in the same format again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from math import prod
from random import Random

import numpy as np

from tocsin.errors import BadNetwork
from tocsin.network import Network
from tocsin.network.formats import FORMATS, Description, parse, reads_back
from tocsin.network.formats.draft import Format

NAMES = ("a", "b2", "rain", "net", "node", "table", "default", "variable", "state", "x_1", "CPT")
STATES = ("no", "yes", "low", "states", "data", "s0", "s1", "property", "T", "f")
WORDS = (
    *NAMES, *STATES, *"{}()[]|;,=\"'<>&%#*/\\.", "//", "/*", "*/", "<!--", "-->", "]]>", "<![CDATA[", "&x;", "&#0;",
    "\0", "0", "1", "-1", "0.5", "nan", "inf", "1e999", "-1e-9", "1e-320", "999999999", "400000000", "9" * 30,
    "probability", "potential", "network", "discrete", "continuous", "type", "BAYES", "MARKOV", "NETWORK", "VARIABLE",
    "decision", "noisymax", "deterministic", "<dynamic>", "parents", "strengths", "parameters", "resultingstates",
    "<!DOCTYPE a [<!ENTITY x 'y'>]>", '<?xml version="1.0" encoding="punycode"?>', "é", "\u202e", "\ufeff", "\x1b[31m",
    "\r", "\n", "\t", "\u2028", "𝄞", " ", "",
)  # fmt: skip


NUMBERS = ("0", "1", "2", "1e999", "-0.1", "5e-324", "400000000", "1.5", "0.333333", "0,5", "nan")


def network(random: Random) -> Network:
    """One to five variables of one to four states, each with up to two parents."""
    names = random.sample(NAMES, random.randint(1, 5))
    states = {name: tuple(random.sample(STATES, random.randint(1, 4))) for name in names}
    parents = {name: tuple(random.sample(names[:i], random.randint(0, min(i, 2)))) for i, name in enumerate(names)}
    rng = np.random.default_rng(random.getrandbits(32))
    tables = {}
    for name in names:
        size, *others = (len(states[member]) for member in (name, *parents[name]))
        tables[name] = np.moveaxis(rng.dirichlet(np.ones(size), others).round(random.choice([3, 6, 17])), -1, 0)
        tables[name] /= tables[name].sum(axis=0)
    return Network(tuple(names), states, parents, tables)


def spoilt(text: str, random: Random) -> bytes:
    """The text with up to four changes: words replaced, added, doubled, dropped; digits turned; bytes flipped; cut."""
    for _ in range(random.choice([0, 1, 1, 1, 2, 4])):
        words = re.findall(r"\s+|[\w.+-]+|.", text, re.DOTALL)
        at, to = sorted(random.choices(range(len(words) + 1), k=2))
        kind = random.randrange(14)
        if kind == 0 and at < len(words):
            words[at] = random.choice(WORDS)
        elif kind == 1:
            words.insert(at, random.choice(WORDS))
        elif kind == 2:
            words[at : min(to, at + 12)] = []
        elif kind == 3:
            words[to:to] = words[at : min(to, at + 40)]
        elif kind == 4:
            words[at : at + 1] = [random.choice(words or [""])]
        elif kind == 5:
            words[at : at + 1] = [random.choice(WORDS) * random.choice([1, 2, 50, 3000])]
        elif kind == 6 and random.random() < 0.3:
            words = words[:at]
        elif plain := [i for i, word in enumerate(words) if re.fullmatch(r"[\w.+-]+", word)]:
            place = random.choice(plain)
            words[place] = random.choice(NUMBERS if words[place][:1].isdigit() else (*NAMES, *STATES))
        text = "".join(words)
    content = bytearray(text.encode(random.choice(["utf-8"] * 49 + ["utf-16"]), "replace"))
    if content and random.random() < 0.1:
        content[random.randrange(len(content))] = random.randrange(256)
    return bytes(content)


def written(format_: Format, random: Random) -> str:
    """A random network in the format, described now and then, in XDSL with nodes of other kinds."""
    made = network(random)
    described = Description("n", {"model": "m", "licence": "a; b"}, {made.variables[0]: 'A "title" <&'}, {})
    text = format_.write(made, described if random.random() < 0.3 else Description())
    if format_.name == "XDSL" and random.random() < 0.5:
        text = text.replace("</nodes>", f"{_node(made, random)}</nodes>")
    return text


def _node(made: Network, random: Random) -> str:
    """A deterministic or a noisy-max node with one to three parents."""
    parents = random.sample(made.variables, random.randint(1, min(3, len(made.variables))))
    sizes = [made.size(parent) for parent in parents]
    head = f'id="d"><state id="f"/><state id="t"/><parents>{" ".join(parents)}</parents>'
    if random.random() < 0.5:
        results = " ".join(random.choice("ft") for _ in range(prod(sizes)))
        return f"<deterministic {head}<resultingstates>{results}</resultingstates></deterministic>"
    strengths = " ".join(" ".join(map(str, random.sample(range(size), size))) for size in sizes)
    cells = " ".join(random.choice(["0 1", "0.25 0.75", "1 0"]) for _ in range(sum(sizes) + 1))
    body = f"<strengths>{strengths}</strengths><parameters>{cells}</parameters>"
    return f"<noisymax {head}{body}</noisymax>"


def read(format_: Format, random: Random) -> None:
    """Spoil one file of the format and read it."""
    content = spoilt(written(format_, random), random)
    try:
        found = parse(format_, content).network
    except BadNetwork as refusal:
        if not str(refusal).strip():
            raise AssertionError(f"refused without a reason: {content!r}") from refusal
        return
    for name, table in found.tables.items():
        assert np.allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-9), (name, table, content)
    if not list(format_.naming.objections(found)):
        assert reads_back(found, format_, format_.write(found, Description())), content


KINDS: dict[str, Callable[[Random], None]] = {
    f"foreign-{format_.name.lower()}": partial(read, format_) for format_ in dict.fromkeys(FORMATS.values())
}

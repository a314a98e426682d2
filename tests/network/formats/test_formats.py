"""Foreign formats. Published values: Lauritzen & Spiegelhalter 1988 (asia), the bnlearn repository (the others)."""

import dataclasses
import gzip
import os
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.formats.conftest import same
from tests.network.formats.test_bif import BIF
from tocsin.errors import BadInput
from tocsin.network import Network, formats
from tocsin.network.formats import FORMATS, read_bytes, read_network, write_network, write_text
from tocsin.network.formats.scanner import text_of

NAMED = [suffix for suffix in FORMATS if suffix != ".uai"]


@pytest.mark.parametrize(
    ("name", "variables", "arcs", "free", "most"),
    [("asia", 8, 8, 18, 2), ("alarm", 37, 46, 509, 4), ("insurance", 27, 52, 1008, 3), ("hailfinder", 56, 66, 2656, 4)],
)
def test_published_networks(examples, name, variables, arcs, free, most):
    # Numbers of nodes, arcs, free parameters and parents as the bnlearn repository states them.
    network = read_network(examples / f"{name}.bif.gz")
    assert len(network.variables) == variables
    assert sum(map(len, network.parents.values())) == arcs
    assert max(map(len, network.parents.values())) == most
    assert sum((len(table) - 1) * table[0].size for table in network.tables.values()) == free
    for variable in network.variables:
        assert network.tables[variable].shape == network.shape(variable)
    for table in network.tables.values():
        np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-6)


def test_asia_as_published(examples):
    # Lauritzen & Spiegelhalter 1988, table 1.
    network = read_network(examples / "asia.bif.gz")

    def p(variable, *given):
        assert network.states[variable] == ("yes", "no")
        order = dict(given)
        column = tuple(network.index(parent, order[parent]) for parent in network.parents[variable])
        return network.tables[variable][(0, *column)]

    assert p("asia") == 0.01
    assert (p("tub", ("asia", "yes")), p("tub", ("asia", "no"))) == (0.05, 0.01)
    assert p("smoke") == 0.5
    assert (p("lung", ("smoke", "yes")), p("lung", ("smoke", "no"))) == (0.1, 0.01)
    assert (p("bronc", ("smoke", "yes")), p("bronc", ("smoke", "no"))) == (0.6, 0.3)
    assert (p("xray", ("either", "yes")), p("xray", ("either", "no"))) == (0.98, 0.05)
    for tub, lung in [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")]:
        assert p("either", ("tub", tub), ("lung", lung)) == float("yes" in (tub, lung))
    dyspnoea = {("yes", "yes"): 0.9, ("yes", "no"): 0.7, ("no", "yes"): 0.8, ("no", "no"): 0.1}
    for (either, bronc), expected in dyspnoea.items():
        assert p("dysp", ("either", either), ("bronc", bronc)) == expected


@pytest.mark.parametrize("suffix", NAMED)
def test_round_trip_keeps_names_orders_and_digits(suffix, crooked, tmp_path):
    path = tmp_path / f"network{suffix}"
    write_network(crooked, path)
    same(crooked, read_network(path))
    assert list(tmp_path.iterdir()) == [path]


def test_round_trip_through_uai_keeps_all_but_names(crooked, tmp_path):
    path = tmp_path / "network.uai"
    write_network(crooked, path)
    back = read_network(path)
    assert back.variables == ("var_0", "var_1", "var_2")
    assert back.parents["var_0"] == ("var_1", "var_2")
    for new, old in zip(back.variables, crooked.variables, strict=True):
        np.testing.assert_array_equal(back.tables[new], crooked.tables[old])


@pytest.mark.parametrize("suffix", NAMED)
@pytest.mark.parametrize("name", ["asia", "insurance"])
def test_round_trip_of_published_networks(suffix, name, examples, tmp_path):
    network = read_network(examples / f"{name}.bif.gz")
    write_network(network, tmp_path / f"network{suffix}")
    same(network, read_network(tmp_path / f"network{suffix}"))


@pytest.mark.parametrize("suffix", FORMATS)
def test_equal_networks_make_equal_bytes_and_chance_is_left_alone(suffix, crooked, tmp_path):
    random.seed(5)
    expected = random.Random(5).random()
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    write_network(crooked, first)
    assert random.random() == expected
    write_network(crooked, second)
    assert first.read_bytes() == second.read_bytes()


words = st.from_regex(r"[a-z][a-z_]{0,5}(node|table|default|variable|net|states|data|[0-9])?", fullmatch=True)


@st.composite
def networks(draw):
    names = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    states = {name: tuple(draw(st.lists(words, min_size=1, max_size=3, unique=True))) for name in names}
    parents = {name: tuple(draw(st.permutations(names[:i])))[:2] for i, name in enumerate(names)}
    shapes = {name: [len(states[member]) for member in (name, *parents[name])] for name in names}
    tables = {name: np.moveaxis(rng.dirichlet(np.ones(n), rest), -1, 0) for name, (n, *rest) in shapes.items()}
    return Network(tuple(names), states, parents, tables)


@pytest.mark.parametrize("suffix", NAMED)
@settings(max_examples=20)
@given(network=networks())
def test_any_names_round_trip_or_are_refused(suffix, network, tmp_path):
    path = tmp_path / f"network{suffix}"
    path.unlink(missing_ok=True)
    refused = []
    try:
        write_network(network, path)
    except BadInput as error:
        refused.append(str(error))
    assert path.exists() != bool(refused)
    assert all("cannot hold this network" in reason for reason in refused)
    if not refused:
        same(network, read_network(path))


def test_packed_bif(tmp_path):
    path = tmp_path / "FLIP.BIF.GZ"
    path.write_bytes(gzip.compress(BIF.encode()))
    assert read_network(path).variables == ("coin", "call")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xfe", b"}{", b"<a", b"<a/>", b"BAYES 1", b"net 1"]
)
def test_no_content_escapes_as_a_traceback(suffix, content, tmp_path):
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_network(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_truncated_file_is_refused(suffix, crooked, tmp_path):
    path = tmp_path / f"network{suffix}"
    write_network(crooked, path)
    whole = path.read_bytes()
    for share in (0.3, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BadInput):
            read_network(path)


@pytest.mark.parametrize("name", ["network.txt", "network", "network.bif.zip", ".bifx"])
def test_unknown_suffixes(name, crooked, tmp_path):
    with pytest.raises(BadInput, match=r"unknown kind of file; allowed: \.bif, .*\.uai, \.bif\.gz"):
        read_network(tmp_path / name)
    with pytest.raises(BadInput, match=r"unknown kind of file; allowed: \.bif, .*\.uai$"):
        write_network(crooked, tmp_path / name)
    with pytest.raises(BadInput, match="unknown kind of file"):
        write_network(crooked, tmp_path / "network.bif.gz")


@pytest.mark.parametrize("suffix", NAMED)
def test_names_that_a_format_cannot_hold_are_refused_and_the_old_file_stays(suffix, tmp_path):
    states = {"a": ("two\nwords", "x"), "b": ("p\nq", "y")}
    halves = {name: np.array([0.5, 0.5]) for name in states}
    path = tmp_path / f"network{suffix}"
    path.write_text("before")
    with pytest.raises(BadInput, match="cannot be written; allowed are") as caught:
        write_network(Network(("a", "b"), states, {"a": (), "b": ()}, halves), path)
    assert [problem.path for problem in caught.value.problems] == ["a", "b"]
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_would_not_read_back_is_not_written(tmp_path, monkeypatch):
    network = Network(("a",), {"a": ("x", "y")}, {"a": ()}, {"a": np.array([0.5, 0.5])})
    trap = dataclasses.replace(FORMATS[".bif"], write=lambda *_: BIF)
    monkeypatch.setitem(FORMATS, ".bif", trap)
    with pytest.raises(BadInput, match="BIF cannot hold this network"):
        write_network(network, tmp_path / "network.bif")
    assert not list(tmp_path.iterdir())


def make(path, content):
    path.write_bytes(content)
    return path


def test_text_with_a_byte_order_mark(tmp_path):
    assert text_of(read_bytes(make(tmp_path / "a.net", "\ufeffnet é".encode()))) == "net é"


def test_packed_text(tmp_path):
    assert read_bytes(make(tmp_path / "a.bif.gz", gzip.compress(b"network", mtime=0))) == b"network"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.bif", b"", "the file is empty"),
        ("a.bif", b" \n\t\n", "the file is empty"),
        ("a.bif.gz", b"not packed", "cannot be read: Not a gzipped file"),
        ("a.bif.gz", gzip.compress(b"network" * 99, mtime=0)[:-12], "cannot be read"),
        ("a.bif.gz", gzip.compress(os.urandom(99))[:10] + b"\xff" * 99, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path, name, content, message):
    path = make(tmp_path / name, content)
    with pytest.raises(BadInput, match=message) as caught:
        read_bytes(path)
    assert [problem.file for problem in caught.value.problems] == [str(path)]


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.bif", "no such file"), ("", "not a file"), ("a\0b", "b: no such file|b: cannot be read")],
)
def test_what_is_no_file_is_refused(tmp_path, name, message):
    with pytest.raises(BadInput, match=message):
        read_bytes(tmp_path / name)


def test_a_packed_file_may_not_unpack_without_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "MAX_BYTES", 1_000_000)
    path = make(tmp_path / "bomb.bif.gz", gzip.compress(b"x" * 1_000_001, mtime=0))
    with pytest.raises(BadInput, match="larger than 1 MB"):
        read_bytes(path)


def test_writing_replaces_the_whole_file(tmp_path):
    path = make(tmp_path / "a.net", b"old and long")
    write_text(path, "neü\n")
    assert path.read_bytes() == "neü\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(BadInput, match="cannot be written: No such file or directory"):
        write_text(tmp_path / "none" / "a.net", "text")
    (tmp_path / "folder.net").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        write_text(tmp_path / "folder.net", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.net"]

"""Batch tables, written well and then spoilt: each row is answered or rejected, or the table refused in a message."""

from __future__ import annotations

import contextlib
import io
import json
import math
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.fuzzing import SMALL, require_said
from tocsin.batch import BatchOptions, Target, open_sweep, run, targets
from tocsin.batch.encoding import read_cell
from tocsin.batch.reading import open_table
from tocsin.errors import BadInput, TocsinError
from tocsin.model import Model, open_model
from tocsin.records import Scenario
from tocsin.session import Session

STRANGE = (
    "", " ", "~", "~:", ":", "|", "yes:", "~yes:Z9", "~yes|no:C3", "yes:A2", "no:1e-400|yes:1", "no:50%|yes:50.0001%",
    "=1+1", "'", '"', "\\", "\t", "\r", "\n", "\0", "\u202e", "\ufeff", "\ud800", "\U0001f4a5", "ünï", "NaN", "null",
    "1e308", "1e-320", "-0", "inf", "0x10", "1_0", "9" * 25, "9" * 400, "x" * 5000, "٣", "None", "true", "2024-12-01",
)  # fmt: skip
NUMBERS = (0, 1, -1, 0.5, 2**53 + 1, 2**63 - 1, 2**63, 10**31, 1e308, 1e-320, -0.0, math.nan, math.inf, 5e-324)


@lru_cache(maxsize=1)
def _model() -> Model:
    return open_model(SMALL, draws=16)


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """Headings that mean something."""
    model = _model()
    names = ["id", *model.network.variables, *(f"do.{name}" for name in model.network.variables)]
    names += [f"{name}={state}" for name in model.network.variables for state in model.network.states[name]]
    return (*names, *(f"parameter.{key}" for key in model.priors.by_key))


@lru_cache(maxsize=1)
def _targets() -> tuple[Target, ...]:
    return (*targets(None, _model()), *targets(("states",), _model()))


def _cell(random: Random, name: str) -> Any:
    """A cell that mostly means something in a column."""
    model = _model()
    if random.random() < 0.25:
        return None
    if random.random() < 0.06:
        return random.choice((*STRANGE, *NUMBERS))
    if name == "id" or name not in _names():
        return random.choice((random.randrange(1000), f"r{random.randrange(99)}", random.random()))
    if "=" in name or name.startswith("parameter."):
        return random.choice((random.random(), random.uniform(0, 5), random.choice((0, 1, 2))))
    variable = name.removeprefix("do.")
    states = model.network.states[variable]
    state = random.choice(states)
    if name.startswith("do.") or random.random() < 0.4:
        return state
    if random.random() < 0.5:
        return f"~{state}:{random.choice('ABCDEF')}{random.randint(1, 6)}"
    chances = [random.random() for _ in states]
    return "|".join(f"{s}:{c / sum(chances)!r}" for s, c in zip(states, chances, strict=True))


def _rows(random: Random) -> tuple[list[str], list[list[Any]]]:
    names = random.sample(_names(), random.randint(1, 5))
    if random.random() < 0.08:
        names[random.randrange(len(names))] = random.choice((*STRANGE, "stor", "note", "late = yes", names[0]))
    return names, [[_cell(random, name) for name in names] for _ in range(random.choice((0, 1, 2, 5, 12)))]


def _spoilt(random: Random, content: bytes) -> bytes:
    """A few bytes put in, taken out, changed or said twice."""
    text = bytearray(content)
    for _ in range(random.choice((0, 0, 0, 1, 1, 2, 5))):
        place = random.randrange(len(text) + 1)
        match random.randrange(5):
            case 0:
                text[place:place] = random.choice(
                    (b'"', b",", b"\r", b"\n", b"\0", b"\xff", b"\xed\xa0\x80", b"[", b"{")
                )
            case 1:
                del text[place : place + random.choice((1, 2, 20))]
            case 2 if text:
                text[place % len(text)] = random.randrange(256)
            case 3:
                text[place:place] = text[place : place + random.randrange(60)] * random.choice((1, 2, 50))
            case _:
                del text[place:]
    return bytes(text)


def _run(random: Random, name: str, content: bytes) -> None:
    """A file through the whole of a batch; every row that was read is answered or rejected."""
    model = _model()
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / name, Path(folder) / f"out.{random.choice(('csv', 'jsonl', 'parquet'))}"
        path.write_bytes(content)
        base = Scenario(scenario="baseline", title="Baseline", model=model.name)
        ask = random.choice(("points", "points", "points", "intervals"))
        keep = tuple(word for word in ("note",) if random.random() < 0.5)
        try:
            source = open_table(path)
            keep = tuple(word for word in keep if word in source.schema.names)
            order = BatchOptions(path, source, out, _targets(), ask, part_rows=random.choice((1, 3, 64)), keep=keep)
            summary = run(model, base, order)
        except TocsinError as error:
            require_said(error)
            assert sorted(file.name for file in Path(folder).iterdir()) == [name], "something is left behind"
            return
        answers = _read(out)
        assert len(answers) == summary.rows
        _require_answers(answers)
        assert (Path(folder) / f"{out.name}.rejected").exists() == bool(summary.rejects)
        assert not (Path(folder) / f"{out.name}.parts").exists()


def _read(out: Path) -> list[dict[str, Any]]:
    """What was written, by readers that are not ours."""
    if out.suffix == ".parquet":
        table = pq.read_table(out)
        return pa.table({name: table[name] for name in _answered(table.column_names)}).to_pylist()
    if out.suffix == ".jsonl":
        lines = out.read_text("utf-8").split("\n")[:-1]
        return [json.loads(line, parse_constant=_no_constant) for line in lines]
    frame = pd.read_csv(out, dtype=str, keep_default_na=False, na_values=[""], lineterminator=None)
    kept = frame[_answered(list(frame.columns))]
    kept = kept.astype({name: float for name in kept.columns if not name.startswith(("word(", "error"))})
    return [{str(key): None if cell != cell else cell for key, cell in row.items()} for row in kept.to_dict("records")]


def _no_constant(text: str) -> float:
    raise AssertionError(f"{text} is no JSON")


def _answered(names: list[str]) -> list[str]:
    start = next((place for place, name in enumerate(names) if name.startswith("P(")), 0)
    return names[start:]


def _require_answers(rows: list[dict[str, Any]]) -> None:
    """Probabilities that sum to 1 over an outcome's states, its event's with a word, or none and a reason."""
    for row in rows:
        p = {name: value for name, value in row.items() if name.startswith("P(")}
        assert p, row
        if "word(late)" in row:
            assert (row["word(late)"] is None) == bool(row["error"]), row
        if row["error"]:
            assert not any(p.values()), row
            continue
        assert all(value is not None and -1e-12 <= value <= 1 + 1e-12 for value in p.values()), row
        states = [value for name, value in p.items() if "=" in name]
        assert not states or abs(sum(states) - 1) < 1e-9, row
        assert not {"P(late)", "P(late=yes)"} <= p.keys() or p["P(late)"] == p["P(late=yes)"], row
        assert row["p_evidence"] is not None, row


def csv(random: Random) -> None:
    """Comma-separated rows."""
    names, rows = _rows(random)
    text = io.StringIO(newline="")
    end = random.choice(("\n", "\r\n"))

    def quoted(cell: Any) -> str:
        told = "" if cell is None else str(cell)
        needs = any(mark in told for mark in ',"\r\n') or random.random() < 0.1
        return '"' + told.replace('"', '""') + '"' if needs else told

    for row in (names, *rows):
        text.write(",".join(map(quoted, row)) + end)
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "latin-1", "utf-16"))
    _run(
        random,
        "in.csv",
        _spoilt(random, text.getvalue().encode(encoding, "surrogatepass" if "utf" in encoding else "replace")),
    )


def jsonl(random: Random) -> None:
    """JSON, a row a line."""
    names, rows = _rows(random)
    lines = []
    for row in rows:
        pairs = [(name, cell) for name, cell in zip(names, row, strict=True) if random.random() < 0.9]
        pairs += pairs[:1] if random.random() < 0.03 else []
        nested = "[" * random.choice((1, 30, 4000)) if random.random() < 0.02 else ""
        lines.append(nested + "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(cell)}" for key, cell in pairs) + "}")
    _run(random, "in.jsonl", _spoilt(random, "\n".join(lines).encode()))


KINDS_OF_COLUMNS = (
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.int8(), pa.int64(), pa.uint64(), pa.float16(),
    pa.float32(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("ns"), pa.timestamp("s", "UTC"), pa.time64("us"),
    pa.decimal128(20, 3), pa.null(), pa.duration("s"), pa.list_(pa.int64()), pa.dictionary(pa.int8(), pa.string()),
    pa.dictionary(pa.int32(), pa.large_string()), pa.dictionary(pa.int16(), pa.int64()),
)  # fmt: skip


def _column(random: Random, name: str, cells: list[Any]) -> pa.Array:
    if random.random() < 0.12:
        return _odd(random, random.choice(KINDS_OF_COLUMNS), len(cells))
    numeric = "=" in name or name.startswith("parameter.")
    if numeric:
        floats = [float(cell) if isinstance(cell, int | float) and abs(cell) < 1e300 else None for cell in cells]
        kinds = (pa.float64(), pa.float32(), pa.int64(), pa.uint64())
        return pa.array(floats, pa.float64()).cast(random.choice(kinds), safe=False)
    texts = [None if cell is None else str(cell).encode("utf-8", "replace") for cell in cells]
    if random.random() < 0.03:
        texts = [None if text is None else text + b"\xff" for text in texts]
    array = pa.array(texts, pa.binary()).cast(pa.string(), safe=False)
    if random.random() < 0.3:
        return array.dictionary_encode()
    kinds = (pa.string(), pa.large_string())
    return array.cast(random.choice(kinds), safe=False)


def _odd(random: Random, kind: Any, count: int) -> pa.Array:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    numbers = [None if random.random() < 0.3 else random.choice((0, 1, 7, 100)) for _ in range(count)]
    if pa.types.is_null(value) or pa.types.is_list(value):
        array = (
            pa.array([None if n is None else [n] for n in numbers], value)
            if pa.types.is_list(value)
            else pa.nulls(count)
        )
    elif pa.types.is_binary(value) or "string" in str(value):
        array = pa.array([None if n is None else str(n) for n in numbers]).cast(value)
    elif pa.types.is_temporal(value):
        wide = pa.int32() if pa.types.is_date32(value) else pa.int64()
        far = [None if n is None else n * random.choice((1, 10**3, 2**24 // 101)) for n in numbers]
        array = pa.array(far, wide).cast(value, safe=False)
    elif pa.types.is_boolean(value) or pa.types.is_decimal(value):
        array = pa.array(numbers, pa.int64()).cast(value, safe=False)
    else:
        array = pa.array(numbers, pa.int64()).cast(pa.float64()).cast(value, safe=False)
    return array.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else array


def _table(random: Random) -> pa.Table:
    names, rows = _rows(random)
    names = [name.encode("utf-8", "replace").decode() for name in names]
    return pa.table([_column(random, n, [row[at] for row in rows]) for at, n in enumerate(names)], names=names)


def parquet(random: Random) -> None:
    """Parquet of all types, row groups and encodings."""
    sink = pa.BufferOutputStream()
    settings = {
        "row_group_size": random.choice((1, 2, 1000)),
        "use_dictionary": random.random() < 0.5,
        "compression": random.choice(("snappy", "zstd", "none")),
        "write_statistics": random.random() < 0.7,
        "store_schema": random.random() < 0.7,
        "data_page_version": random.choice(("1.0", "2.0")),
        "version": random.choice(("1.0", "2.4", "2.6")),
    }
    try:
        pq.write_table(_table(random), sink, **settings)
    except (pa.ArrowException, OSError, ValueError):
        # Not all types can be written so.
        return
    _run(random, "in.parquet", _spoilt(random, sink.getvalue().to_pybytes()))


def _answered_in_memory(random: Random, table: Any) -> None:
    session, asked = Session(SMALL, _model()), random.choice((None, ("states",)))
    try:
        answers = session.batch(table, intervals=random.random() < 0.1, targets=asked, keep=_notes(table))
    except BadInput as error:
        require_said(error)
        return
    assert len(answers) == len(table)
    given = answers.column_names if isinstance(answers, pa.Table) else list(answers.columns)
    if isinstance(answers, pa.Table):
        rows = pa.table({name: answers[name] for name in _answered(given)}).to_pylist()
    else:
        rows = answers[_answered(given)].to_dict("records")
    _require_answers([{str(k): None if isinstance(c, float) and c != c else c for k, c in row.items()} for row in rows])


def _notes(table: Any) -> list[str]:
    names = table.column_names if isinstance(table, pa.Table) else list(table.columns)
    return ["note"] if "note" in names else []


def frames(random: Random) -> None:
    """Data frames of pandas: objects of all kinds, indexes, categories, empty columns."""
    names, rows = _rows(random)
    columns = []
    for at in range(len(names)):
        cells = [row[at] for row in rows]
        match random.randrange(6):
            case 0:
                series = pd.Series(cells, dtype=object)
            case 1:
                series = pd.Series([None if random.random() < 0.1 else c for c in cells], dtype=object)
                with contextlib.suppress(UnicodeEncodeError):
                    series = series.infer_objects()
            case 2:
                texts = [None if c is None else str(c).encode("utf-8", "replace").decode() for c in cells]
                series = pd.Series(texts, dtype=random.choice(("str", "category", "object")))
            case 3:
                odd = [
                    [1],
                    {"a": 1},
                    b"\xff",
                    object(),
                    1 + 2j,
                    pd.NA,
                    pd.NaT,
                    np.float64(0.5),
                    np.str_("yes"),
                    10**31,
                    True,
                ]
                series = pd.Series([random.choice(odd) if random.random() < 0.1 else c for c in cells], dtype=object)
            case 4:
                numbers = [float(c) if isinstance(c, int | float) and abs(c) < 1e300 else np.nan for c in cells]
                series = pd.Series(numbers, dtype=random.choice(("float64", "float32", "Float64")))
            case _:
                kinds = ("object", "float64", "datetime64[ns]", "Int64", "category", "timedelta64[s]")
                series = pd.Series([None] * len(cells), dtype=random.choice(kinds))
        columns.append(series)
    frame = pd.concat(columns, axis=1)
    frame.columns = pd.Index(
        [random.choice((name, name, name, 7)) if random.random() < 0.02 else name for name in names], dtype=object
    )
    if len(frame) and random.random() < 0.2:
        frame.index = pd.Index([random.choice("ab") for _ in range(len(frame))])
    _answered_in_memory(random, frame)


def tables(random: Random) -> None:
    """Tables of Arrow in memory."""
    try:
        table = _table(random)
    except (pa.ArrowException, ValueError):
        return
    if random.random() < 0.3:
        table = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    _answered_in_memory(random, table)


def cells(random: Random) -> None:
    """Cells: each means something, or is refused in a line."""
    model = _model()
    variable = random.choice(model.network.variables)
    text = str(_cell(random, variable) or random.choice(STRANGE))
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        place = random.randrange(len(text) + 1)
        text = (
            text[:place]
            + random.choice(("~", ":", "|", "%", "0", "1", ".", "e", "-", " ", "A", "ä", "\0", random.choice(STRANGE)))
            + text[place + random.randrange(2) :]
        )
    text = text.strip()
    if not text:
        return
    try:
        cell = read_cell(text, variable, model)
    except ValueError as error:
        if not 0 < len(str(error)) < 1000:
            raise AssertionError(f"a message of {len(str(error))} characters") from error
        return
    assert (cell.likelihood is None) != (cell.belief is None)
    row = cell.belief if cell.likelihood is None else cell.likelihood
    assert row is not None
    assert np.isfinite(row).all()
    assert (row >= 0).all()
    assert abs((row.sum() if cell.likelihood is None else row.max()) - 1) < 2e-6


def sweeps(random: Random) -> None:
    """Sweeps: YAML whose rows are all laid out."""
    names, rows = _rows(random)
    grid = {name: [row[at] for row in rows] for at, name in enumerate(names) if name != "id"}
    content: dict[str, Any] = {"sweep": "s", "title": "S", "model": "small", random.choice(("grid", "zip")): grid}
    if random.random() < 0.4:
        content["range"] = {"variable": "late", "state": "yes", "rows": random.choice((1, 2, 11, 10**6))}
    if random.random() < 0.4:
        content["sample"] = {
            "points": random.choice((0, 1, 64, 2**20, 2**21)),
            "beliefs": {"storm": {"yes": [0.1, 0.4]}},
        }
    text = _spoilt(random, json.dumps(content).encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.yaml"
        path.write_bytes(text)
        try:
            source = open_sweep(path, _model())
            part = next(iter(source.parts(50)), None)
            assert part is None or part.table.num_rows == min(50, source.rows or 0)
        except TocsinError as error:
            require_said(error)


COUNTS = {"batch-csv": 150, "batch-jsonl": 150, "batch-parquet": 150}
KINDS: dict[str, Callable[[Random], None]] = {
    "batch-csv": csv,
    "batch-jsonl": jsonl,
    "batch-parquet": parquet,
    "batch-frames": frames,
    "batch-tables": tables,
    "batch-cells": cells,
    "batch-sweeps": sweeps,
}

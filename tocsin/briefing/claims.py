"""Answers that a table brings along: which columns hold them, and that they are those the model gives.

Shape letters: N rows of one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tocsin.errors import BadInput, Problem
from tocsin.network.network import Array

if TYPE_CHECKING:
    from tocsin.batch.rows import Places

SAME = 1e-6
"""How far a probability in a file may lie from the model's; files hold fewer digits than numbers do."""
EVIDENCE, ERROR = "p_evidence", "error"

_ANSWER = re.compile(r"(P|low|high)\((.+)\)")


def is_answer(column: str) -> bool:
    """Whether a column is one that `batch` adds to what it is given."""
    return column in (EVIDENCE, ERROR) or _ANSWER.fullmatch(column) is not None


def targets_of(columns: Sequence[str]) -> list[str]:
    """What is answered by the columns P(…)."""
    return [found[2] for name in columns if (found := _ANSWER.fullmatch(name)) and found[1] == "P"]


def require_same(file: str, theirs: Any, ours: Any, lines: Places) -> None:
    """Raises BadInput where a table says otherwise than the model; low(…) and high(…) are not looked at.

    theirs: the file's rows `[N]`, ours: the model's; lines: where they stand.
    """
    columns = theirs.column_names
    for name in (f"P({target})" for target in targets_of(columns)):
        told, found = _claimed(file, name, theirs, lines), floats(ours[name])
        # An answer that is missing where there is one differs; where neither has one, they agree.
        alike = (np.abs(told - found) <= SAME) | (np.isnan(told) & np.isnan(found))
        _refuse_first(file, name, ~alike, lines, told, found)
    if EVIDENCE in columns:
        told, found = _claimed(file, EVIDENCE, theirs, lines), floats(ours[EVIDENCE])
        # It may be far smaller than a probability that is asked for.
        alike = np.isclose(told, found, rtol=SAME, atol=0.0, equal_nan=True)
        _refuse_first(file, EVIDENCE, ~alike, lines, told, found)
    if ERROR in columns:
        texts, reasons = list(_texts(theirs[ERROR])), list(_texts(ours[ERROR]))
        differ = np.array([one != other for one, other in zip(texts, reasons, strict=True)], bool)
        _refuse_first(file, ERROR, differ, lines, texts, reasons)


def _refuse_first(file: str, column: str, wrong: Any, lines: Places, told: Any, found: Any) -> None:
    if not wrong.any():
        return
    row, count = int(np.argmax(wrong)), int(wrong.sum())
    many = "1 row differs" if count == 1 else f"{count:,} rows differ"
    message = (
        f"line {lines[row]} says {_shown(told[row])}, the model gives {_shown(found[row])} ({many}): it was answered "
        "by another model, or from another scenario, or changed since; name that scenario, or run the batch again"
    )
    raise BadInput([Problem(file, 0, 0, f"column {column!r}", message)])


def _shown(cell: Any) -> str:
    if isinstance(cell, str):
        return f"“{cell}”" if cell else "nothing"
    return "nothing" if np.isnan(cell) else f"{cell:.6g}"


def _claimed(file: str, name: str, table: Any, lines: Places) -> Array:
    """A column's numbers. Raises BadInput for text, with its row."""
    try:
        return floats(table[name])
    except ValueError:
        for row, cell in enumerate(table[name].to_pylist()):
            if not _is_number(cell):
                message = f"line {lines[row]} says {cell!r}, which is no probability"
                raise BadInput([Problem(file, 0, 0, f"column {name!r}", message)]) from None
        raise


def _is_number(cell: Any) -> bool:
    try:
        return cell in (None, "") or float(cell) is not None
    except (ValueError, TypeError):
        return False


def floats(column: Any) -> Array:
    """A column as numbers `[N]`, NaN where it is empty. Raises ValueError for text that is no number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        text = column.cast(pa.string())
        column = pc.if_else(pc.equal(text, ""), None, text)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _texts(column: Any) -> Iterator[str]:
    """Texts, without the apostrophe that CSV output puts before what a spreadsheet would take for a formula."""
    yield from (str(cell or "").removeprefix("'") for cell in column.to_pylist())

"""For notebooks and scripts: a model that answers scenarios and tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from tocsin import assessment, files
from tocsin.assessment import Assessment
from tocsin.batch.chunks import require_types
from tocsin.batch.columns import Column, Layout, Target, layout
from tocsin.batch.columns import targets as chosen
from tocsin.batch.encoding import Encoder, ground
from tocsin.batch.job import Ask, Job, answered, require_free
from tocsin.batch.reading import TableSource
from tocsin.batch.running import PART_ROWS
from tocsin.errors import BadInput, Problem
from tocsin.files.places import find_model, find_scenario, is_yaml
from tocsin.loading import open_model
from tocsin.model import DRAWS, Model
from tocsin.records import Scenario

NAME, COUNTER = "table", "id"

Table = TypeVar("Table")
"""A pandas DataFrame or a pyarrow Table: what is given is what comes back."""

Asked = Scenario | Mapping[str, Any] | str | Path | None
"""A scenario, its content as in a scenario file, the path of one, the name of one of the model's own, or nothing."""


@dataclass(frozen=True, eq=False)
class Session:
    """A model with its folder."""

    folder: Path
    model: Model

    def assess(self, scenario: Asked = None) -> Assessment:
        """The answer to one scenario; the baseline if left out. Raises BadInput, ImpossibleEvidence, Contradiction.

        A mapping holds what a scenario file does; `scenario`, `title` and `model` may be left out.
        """
        return assessment.assess(self.model, self._scenario(scenario))

    def batch(
        self,
        table: Table,
        intervals: bool = False,
        targets: Iterable[str] | None = None,
        scenario: Asked = None,
        keep: Iterable[str] = (),
    ) -> Table:
        """The table with the answers to its rows, as `tocsin batch` gives them.

        table: pandas or pyarrow, with the columns of a batch table; the same kind comes back, with its own columns as
        they were, with pandas its index too. targets: variables, `variable=state` or `variable=state|state`; all
        outcomes if left out. scenario: what every row starts from. keep: columns that say nothing and are carried
        through. Raises BadInput with every row that means nothing; a row whose evidence is impossible stays, with the
        reason under `error`.
        """
        ask: Ask = "intervals" if intervals else "points"
        base, wanted = self._scenario(scenario), chosen(_several(targets), self.model)
        names = _names(table)
        columns = layout(names, self.model, base, NAME, line=0, keep=_several(keep) or ())
        require_free(names, wanted, ask, NAME)
        telling = Layout(tuple(column for column in columns.columns if column.kind not in ("id", "kept")))
        given = _arrow(table, telling)
        answers = self._answers(given, telling, wanted, ask, base).drop_columns(given.column_names)
        if isinstance(table, pa.Table):
            return _beside(table, answers)  # type: ignore[no-any-return]
        import pandas as pd

        frame = answers.to_pandas()
        frame.index = table.index  # type: ignore[attr-defined]
        return pd.concat([table, frame], axis=1)  # type: ignore[no-any-return]

    def _answers(
        self, table: pa.Table, telling: Layout, wanted: tuple[Target, ...], ask: Ask, base: Scenario
    ) -> pa.Table:
        """table: the columns that say something, after one that counts the rows."""
        model, source = self.model, TableSource(table, NAME)
        columns = Layout((Column(COUNTER, "id"), *telling.columns))
        require_types(columns, source.schema, NAME)
        job = Job(model.records, model.count, model.seed, base, columns, wanted, ask, "parquet", source.schema)
        encoder = Encoder(ground(model, base), columns)
        parts: list[pa.Table] = []
        problems: list[Problem] = []
        for part in source.parts(PART_ROWS[ask]):
            answers, rejected, _ = answered(job, encoder, part)
            problems += [Problem(f"row {row.line}", 0, 0, "", row.reason) for row in rejected]
            parts.append(answers.cast(job.schema))
        if problems:
            raise BadInput(problems)
        return pa.concat_tables(parts) if parts else job.schema.empty_table()

    def _scenario(self, asked: Asked) -> Scenario:
        if isinstance(asked, Scenario):
            return asked
        if isinstance(asked, Mapping):
            return self._checked(asked)
        if asked is None:
            return self._checked({})
        path = Path(asked)
        if not is_yaml(path):
            _, path = find_scenario(str(asked), [self.folder])
        return files.load_scenario(path, self.model.records)

    def _checked(self, content: Mapping[str, Any]) -> Scenario:
        named = {"scenario": "baseline", "title": "Baseline"} if not content else {"scenario": "mine", "title": "Mine"}
        return files.scenario_of({**named, "model": self.model.name, **content}, self.model.records, "scenario")


def load(folder: str | Path, draws: int = DRAWS, seed: int | None = None) -> Session:
    """The model in a folder, or of a name, ready for questions; raises BadInput with file and line."""
    found = find_model(folder)
    return Session(found.resolve(), open_model(found, draws, seed))


def _several(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """A name alone is one name, and not its letters."""
    return names if names is None else (names,) if isinstance(names, str) else tuple(names)


def _names(table: Any) -> list[str]:
    if isinstance(table, pa.Table):
        return list(table.column_names)
    if type(table).__module__.partition(".")[0] != "pandas" or not hasattr(table, "columns"):
        raise TypeError(f"a batch is a pandas DataFrame or a pyarrow Table, not {type(table).__name__}")
    strange = [name for name in table.columns if not isinstance(name, str)]
    if strange:
        told = "is no text; name each column by what it says"
        raise BadInput([Problem(NAME, 0, 0, f"column {str(name)[:80]}", told) for name in strange[:20]])
    return list(table.columns)


def _arrow(table: Any, telling: Layout) -> pa.Table:
    """The columns that say something, after one that counts the rows, so that a table of none of them has rows too."""
    counter = {COUNTER: pa.array(np.arange(len(table)))}
    if isinstance(table, pa.Table):
        columns = {name: table[name] for name in telling.names}
        empty = {name: pa.nulls(len(table)) for name, column in columns.items() if column.null_count == len(table)}
        return pa.table(counter | columns | empty)
    return pa.table(counter | {name: _column(table[name]) for name in telling.names})


def _column(cells: Any) -> Any:
    """A column of pandas as Arrow; one of objects that Arrow cannot hold together as text, cell by cell."""
    if cells.isna().all():
        return pa.nulls(len(cells))
    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return pa.array([_cell(cell) for cell in cells], pa.string())


def _cell(cell: Any) -> str | None:
    missing = isinstance(cell, float) and math.isnan(cell)
    if cell is None or missing or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    # Half a character is no text, nor the name of any state.
    return str(cell).encode("utf-8", "backslashreplace").decode()


def _beside(table: pa.Table, answers: pa.Table) -> pa.Table:
    for field, column in zip(answers.schema, answers.columns, strict=True):
        table = table.append_column(field, column)
    return table

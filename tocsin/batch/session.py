"""For notebooks and scripts: a model that answers scenarios and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from tocsin import assessment, files
from tocsin.assessment import Assessment
from tocsin.batch.columns import layout
from tocsin.batch.job import Ask, Job, answered, encoder_of
from tocsin.batch.parts import require_types
from tocsin.batch.reading import TableSource
from tocsin.batch.rows import ground
from tocsin.batch.running import PART_ROWS
from tocsin.batch.targets import targets as chosen
from tocsin.errors import BadInput, Problem
from tocsin.model import DRAWS, SEED, Model
from tocsin.opening import open_model
from tocsin.records import Scenario

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
    ) -> Table:
        """The table with the answers to its rows, as `tocsin batch` gives them.

        table: pandas or pyarrow, with the columns of a batch table; the same kind comes back, with pandas its index
        too. targets: variables, `variable=state` or `variable=state|state`; all outcomes if left out. scenario: what
        every row starts from. Raises BadInput with every row that means nothing; a row whose evidence is impossible
        stays, with the reason under `error`.
        """
        given = _arrow(table)
        answers = self._answers(given, "intervals" if intervals else "points", targets, self._scenario(scenario))
        if isinstance(table, pa.Table):
            return answers  # type: ignore[no-any-return]
        frame = answers.to_pandas()
        frame.index = table.index  # type: ignore[attr-defined]
        return frame  # type: ignore[no-any-return]

    def _answers(self, table: pa.Table, ask: Ask, targets: Iterable[str] | None, base: Scenario) -> pa.Table:
        source = TableSource(table)
        columns = layout(table.schema.names, self.model, base, source.name, line=0)
        require_types(columns, table.schema, source.name)
        model = self.model
        wanted = chosen(targets, model)
        job = Job(model.records, model.count, model.seed, base, columns, wanted, ask, "parquet", table.schema)
        encoder = encoder_of(ground(model, base), columns)
        made: list[pa.Table] = []
        problems: list[Problem] = []
        for part in source.parts(PART_ROWS[ask]):
            answers, rejected, _ = answered(job, encoder, part)
            problems += [Problem(f"row {one.line}", 0, 0, "", one.reason) for one in rejected]
            made.append(answers)
        if problems:
            raise BadInput(problems)
        return pa.concat_tables(made) if made else job.schema.empty_table()

    def _scenario(self, asked: Asked) -> Scenario:
        if isinstance(asked, Scenario):
            return asked
        if isinstance(asked, Mapping):
            return self._checked(asked)
        if asked is None:
            return self._checked({})
        path = Path(asked)
        if path.suffix not in (".yaml", ".yml"):
            path = self.folder.parent.parent / "scenarios" / self.model.name / f"{asked}.yaml"
        return files.load_scenario(path, self.model.records)

    def _checked(self, content: Mapping[str, Any]) -> Scenario:
        named = {"scenario": "baseline", "title": "Baseline"} if not content else {"scenario": "mine", "title": "Mine"}
        return files.scenario_of({**named, "model": self.model.name, **content}, self.model.records, "scenario")


def load(folder: str | Path, draws: int = DRAWS, seed: int = SEED) -> Session:
    """The model in a folder, ready for questions; raises BadInput with file and line."""
    return Session(Path(folder).resolve(), open_model(folder, draws, seed))


def _arrow(table: Any) -> pa.Table:
    if isinstance(table, pa.Table):
        return table.replace_schema_metadata(None)
    if type(table).__module__.partition(".")[0] == "pandas":
        return pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    raise TypeError(f"a batch is a pandas DataFrame or a pyarrow Table, not {type(table).__name__}")

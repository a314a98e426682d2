"""For notebooks and scripts: a model that answers, explains, compares, briefs and verifies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tocsin import assessment, files
from tocsin.assessment import Assessment
from tocsin.errors import require
from tocsin.files.places import find_model, find_scenario, is_yaml, ledger_file, scenario_files
from tocsin.model import DRAWS, Model, open_model
from tocsin.records import Scenario
from tocsin.records.scenario import baseline

if TYPE_CHECKING:
    from tocsin.analysis.contributions import Differences
    from tocsin.analysis.explain import Explanation
    from tocsin.batch.frames import Frame
    from tocsin.ledger.chain import Ledger
    from tocsin.ledger.scoring import Scorecard
    from tocsin.records import Choice
    from tocsin.report.blocks import Briefing
    from tocsin.report.choices import ChoiceAnswer
    from tocsin.report.provenance import Trail
    from tocsin.report.record import BriefingOptions
    from tocsin.verify import Verdict

Asked = Scenario | Mapping[str, Any] | str | Path | None
"""A scenario, its content as in a scenario file, the path of one, the name of one of the model's own, or nothing."""


@dataclass(frozen=True, eq=False)
class Session:
    """A model with its folder, ready for questions. Analyses and formats are imported when they are asked for."""

    folder: Path
    model: Model

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the model's own scenarios."""
        return tuple(sorted(scenario_files(self.folder)))

    def assess(self, scenario: Asked = None) -> Assessment:
        """The answer to one scenario; the baseline if left out. Raises BadInput, ImpossibleEvidence, Contradiction.

        A mapping holds what a scenario file does; `scenario`, `title` and `model` may be left out.
        """
        return assessment.assess(self.model, self._scenario(scenario))

    def explain(self, scenario: Asked = None) -> Explanation:
        """Why the answer is what it is, as `tocsin explain --json` gives it. Raises what `assess` does."""
        from tocsin.analysis.explain import explain

        return explain(self.model, self._scenario(scenario))

    def choose(self, choice: Choice | Mapping[str, Any] | str | Path, scenario: Asked = None) -> ChoiceAnswer:
        """What is to be expected of each option of a choice, what would turn it and what knowing more is worth.

        choice: a name of one of the model's own, the path of a file, or content as in one. Raises what `assess` does.
        """
        from tocsin.report.choices import choose

        return choose(self.model, self._scenario(scenario), self._choice(choice))

    def _choice(self, choice: Choice | Mapping[str, Any] | str | Path) -> Choice:
        from tocsin.files.choice_files import choice_of, find_choice, load_choice

        if isinstance(choice, Mapping):
            content = {"choice": "mine", "model": self.model.name, "whose": "us", **choice}
            choice = choice_of(content, self.model.records, "choice")
        elif isinstance(choice, str | Path):
            path = Path(choice) if is_yaml(Path(choice)) else find_choice(str(choice), [self.folder])[1]
            choice = load_choice(path, self.model.records)
        return choice

    def compare(self, first: Asked, second: Asked) -> Differences:
        """How two scenarios differ, and which difference explains which change. Raises what `assess` does."""
        from tocsin.analysis.contributions import differences

        return differences(self.model, self._scenario(first), self._scenario(second))

    def trail(self, variable: str, scenario: Asked = None) -> Trail:
        """From a variable back to who said what: its numbers, the statements and references behind each, its facts.

        scenario: whose changes to statements count. Raises UnknownVariable.
        """
        from tocsin.report.provenance import provenance

        return provenance(self.model, variable, self._scenario(scenario).statements)

    def batch(
        self,
        table: Frame,
        intervals: bool = False,
        targets: Iterable[str] | None = None,
        scenario: Asked = None,
        keep: Iterable[str] = (),
        threads: int | None = None,
    ) -> Frame:
        """The table with the answers to its rows, as `tocsin batch` gives them.

        table: pandas or pyarrow, with the columns of a batch table; the same kind comes back, with its own columns as
        they were, with pandas its index too. targets: variables, `variable=state`, `variable=state|state`, or
        `states` for each state of each outcome; every outcome with its word if left out. scenario: what every row
        starts from. keep: columns that say nothing and are carried through. threads: how many answer, as many as there
        are cores if left out; the answers are the same. Raises BadInput with every row that means nothing; a row whose
        evidence is impossible stays, with the reason under `error`.
        """
        require("A batch", "pyarrow", "threadpoolctl")
        from tocsin.batch.frames import answer_frame

        return answer_frame(self.model, self._scenario(scenario), table, intervals, targets, keep, threads)

    def brief(
        self,
        scenario: Asked | list[Asked] = None,
        form: str = "md",
        length: Literal["full", "summary"] = "full",
        marking: str | None = None,
        since: str | Path | None = None,
        template: str | Path | None = None,
        choose: Choice | Mapping[str, Any] | str | Path | None = None,
    ) -> bytes:
        """A briefing's bytes: pdf, docx, pptx, html or md; a list of two to six scenarios side by side.

        since: an earlier briefing, to say what changed. template: a DOCX or PPTX that gives the look. marking: the
        model's own if left out. choose: a choice, as for `choose`, that a page is added on. Raises what `assess` does,
        and BadInput for a template that cannot be used.
        """
        from tocsin.ledger.chain import sealed
        from tocsin.render.files import check_template, render, require_one_marking
        from tocsin.report.record import BriefingOptions
        from tocsin.verify import read

        look = None if template is None else Path(template)
        check_template(look, [form])
        earlier = None if since is None else read(Path(since))
        chosen = None if choose is None else self._choice(choose)
        options = BriefingOptions(length, marking, earlier, sealed(self.folder), chosen)
        about = list(map(self._scenario, scenario)) if isinstance(scenario, list) else self._scenario(scenario)
        briefing = brief(self.model, about, options)
        require_one_marking(briefing, look)
        return render(briefing, form, look)

    def verify(self, file: str | Path, table: str | Path | None = None, template: str | Path | None = None) -> Verdict:
        """Whether a briefing's file says what this model says. table, template: looked for beside it if left out."""
        from tocsin.verify import verify

        rows, look = (None if path is None else Path(path) for path in (table, template))
        return verify(Path(file), self.folder, rows, look)

    def seal(self, scenario: Asked = None, *, on: date, known: bool = False) -> Ledger:
        """The ledger with the forecasts of a scenario on a day, as `tocsin seal` writes them; twice adds nothing.

        known: what the scenario sets is known on that day, and not supposed. Raises what `assess` does.
        """
        from tocsin.ledger.sealing import seal

        asked = "baseline" if scenario is None and "baseline" in self.scenarios else scenario
        return seal(ledger_file(self.folder), self.model, [self._scenario(asked)], on, known)[0]

    def score(self, start: date | None = None, end: date | None = None) -> Scorecard:
        """The scores of the model's sealed forecasts. start, end: of questions that were resolved in these days."""
        from tocsin.ledger.chain import read
        from tocsin.ledger.scoring import score

        return score([read(ledger_file(self.folder))], start, end)

    def _scenario(self, asked: Asked) -> Scenario:
        if isinstance(asked, Scenario):
            return asked
        if asked is None or (isinstance(asked, Mapping) and not asked):
            return baseline(self.model.name)
        if isinstance(asked, Mapping):
            content = {"scenario": "mine", "title": "Mine", "model": self.model.name, **asked}
            return files.scenario_of(content, self.model.records, "scenario")
        path = Path(asked)
        if not is_yaml(path):
            _, path = find_scenario(str(asked), [self.folder])
        return files.load_scenario(path, self.model.records)


def brief(model: Model, about: Scenario | list[Scenario], options: BriefingOptions) -> Briefing:
    """On one scenario, or on two to six side by side. Raises BadInput, ImpossibleEvidence, Contradiction."""
    from tocsin.analysis.explain import explain
    from tocsin.report.comparison import compare
    from tocsin.report.compose import compose

    return compare(model, about, options) if isinstance(about, list) else compose(explain(model, about), options)


def load(folder: str | Path, draws: int = DRAWS, seed: int | None = None) -> Session:
    """The model in a folder, or of a name, ready for questions; raises BadInput with file and line."""
    found = find_model(folder)
    return Session(found.resolve(), open_model(found, draws, seed))

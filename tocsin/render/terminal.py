"""What the command line shows to people: tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tocsin import language
from tocsin.analysis.explain import Explanation
from tocsin.analysis.foundations import foundations as counts_of
from tocsin.analysis.foundations import rests
from tocsin.analysis.tension import Tension, voices
from tocsin.analysis.voices import disputes
from tocsin.assessment import Assessment
from tocsin.console import Kind, TerminalTable, to_output
from tocsin.errors import counted
from tocsin.language.numbers import band, change, interval, median_state, number, percent, percents
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.report import explanation as content
from tocsin.report.blocks import (
    Bars,
    Block,
    ChartRow,
    Items,
    NetworkPicture,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from tocsin.report.remarks import Remark, judgements, remarks

MOST_TENSIONS = 40
"""Tensions that are listed, unless all are asked for."""
MOST_NAMES = 12
"""Names in one line of remarks."""
BAR_CELLS, LEAST_CELLS = 40, 12
"""Cells of a bar at most, and below how many there is none."""


def answer(model: Model, assessment: Assessment) -> None:
    """One assessment: outcomes, tail risks, every variable, and what pins it."""
    console, run = to_output(), assessment.run
    console.print(Text.assemble((assessment.scenario.title, "bold"), f"  ({model.records.file.title})"))
    console.print(f"{model.records.file.horizon.start} to {model.records.file.horizon.end}", style="dim")
    console.print()
    heading = f"{run.interval * 100:g} % interval"
    table = TerminalTable(
        ("outcome", "words"),
        ("word", "words"),
        ("probability", "figures"),
        (heading, "ranges"),
        ("baseline", "ranges"),
        ("change", "figures"),
    )
    for name, outcome in assessment.outcomes.items():
        said = language.event(model.records, name)
        word = f"{outcome.wording.word} ({band(outcome.wording)})"
        moved = change(outcome.baseline, outcome.p)
        table.add_cells((said, word, percent(outcome.p), interval(outcome), percent(outcome.baseline), moved))
    table.print_to(console)
    console.print()
    table = TerminalTable(("variable", "words"), ("state", "words"), ("probability", "figures"), (heading, "ranges"))
    for name, states in assessment.variables.items():
        variable = model.records.variables[name]
        if variable.role == "index":
            continue
        shares = percents([estimate.p for estimate in states.values()])
        for position, ((state, estimate), share) in enumerate(zip(states.items(), shares, strict=True)):
            title = variable.title if position == 0 else ""
            table.add_cells((title, variable.label(state), share, interval(estimate)))
    table.print_to(console)
    console.print()
    for line in indices(model, assessment):
        console.print(line)
    _footer(console, assessment)


def indices(model: Model, assessment: Assessment) -> list[str]:
    """Each index by the state in the middle of its distribution, so that it never looks like a probability."""
    lines = []
    for name, variable in model.records.variables.items():
        if variable.role == "index":
            middle = median_state({state: estimate.p for state, estimate in assessment.variables[name].items()})
            lines.append(f"{variable.title}: {variable.label(middle)} (an index of the outcomes, not a probability)")
    return lines


def _footer(console: Console, assessment: Assessment) -> None:
    run = assessment.run
    notes = {o.wording.note for o in assessment.outcomes.values() if o.wording.note}
    for note in sorted(notes):
        console.print(note, style="yellow")
    for notice in assessment.notices:
        console.print(notice, style="yellow")
    console.print("Intervals cover the numbers in the tables, not the structure of the model.", style="dim")
    console.print(
        f"P(findings | facts) = {assessment.p_evidence:.3g} · model {run.model} {run.model_digest[:12]} · scenario "
        f"{run.scenario} {run.scenario_digest[:12]} · {run.lexicon} · {run.draws} draws, seed {run.seed} · "
        f"Tocsin {run.version}",
        style="dim",
    )


def check(model: Model, scenarios: Sequence[Scenario], quoted: Path | None) -> None:
    """What a valid model holds."""
    console, file = to_output(), model.records.file
    kinds = [statement.kind for statement in model.records.statements]
    console.print(Text.assemble((file.title, "bold"), f"  ({file.model}, as of {file.as_of})"))
    judged = counted(kinds.count("judgement"), "judgement")
    console.print(
        f"{counted(len(kinds), 'statement')} ({judged}, {kinds.count('evidence')} evidence, "
        f"{kinds.count('context')} context) by {counted(len(model.records.speakers), 'speaker')}"
    )
    console.print(
        f"{counted(len(model.records.variables), 'variable')}, {counted(counts_of(model).total, 'number')}, "
        f"{counted(len(scenarios), 'scenario')}"
    )
    variables, events = model.records.variables.values(), model.records.event_words.values()
    spoken = sum(set(variable.says) == set(variable.states) for variable in variables)
    named = sum(event.noun is not None for event in events)
    console.print(
        f"words for sentences: `says` in {spoken} of {counted(len(variables), 'variable')}, `noun` in {named} of "
        f"{counted(len(events), 'outcome')} (title and label elsewhere)"
    )
    console.print(f"model digest {model.records.digest[:12]}")
    if quoted is not None:
        count = sum(statement.words is not None for statement in model.records.statements)
        console.print(f"all {count} quotations stand in {quoted}")


def foundations(model: Model) -> None:
    """What the numbers and each outcome rest on."""
    console = to_output()
    console.print(language.foundations(counts_of(model)))
    if not model.records.events:
        return
    console.print()
    table = TerminalTable(
        ("outcome", "words"), ("baseline", "figures"), ("without statements", "figures"),
        ("spread from statements", "figures"),
    )  # fmt: skip
    for outcome, rest in rests(model).items():
        event = language.event(model.records, outcome)
        shown = "none" if rest.statements is None else percent(rest.statements)
        table.add_cells((event, percent(rest.p), percent(rest.without), shown))
    table.print_to(console)


def tensions(model: Model, found: Sequence[Tension], *, full: bool) -> None:
    """Numbers in dispute, and statements with which the model disagrees."""
    console = to_output()
    console.print()
    for dispute in disputes(model):
        console.print(language.dispute(model, dispute), style="yellow", soft_wrap=True)
    strained = [each for each in found if each.strained]
    # A fact that the model expected is no news.
    shown = [each for each in found if each.strained or each.kind != "fact"]
    among = f"of {counted(len(voices(strained)), 'voice')}, among {len(found)} judgements and facts that set no number"
    console.print(Text.assemble((counted(len(strained), "tension"), "bold"), f" {among}"))
    if not shown:
        return
    table = TerminalTable(
        ("statement", "words"), ("says", "words"), ("weight", "figures"), ("words", "ranges"), ("model", "figures"),
        ("z", "figures"), ("firmer", "words"),
    )  # fmt: skip
    for each in shown if full else shown[:MOST_TENSIONS]:
        cells = (each.statement, each.told, f"{each.weight:.2g}", *_beside(each), f"{each.z:+.1f}", each.firmer)
        table.add_cells(cells, None if each.strained else "dim")
    table.print_to(console)
    if len(shown) > MOST_TENSIONS and not full:
        console.print(f"{len(shown) - MOST_TENSIONS} more (--full lists them)", style="dim")


def _beside(each: Tension) -> tuple[str, str]:
    """What the words say, and what the model does."""
    if each.low is not None and each.high is not None:
        return f"{number(each.low)}–{number(each.high)} %", percent(each.model_p)
    if each.kind == "comparison":
        return "more likely", f"{percent(each.model_p)} / {percent(each.other_p or 0.0)}"
    return "a sign of it", percent(each.model_p)


def review(model: Model, scenarios: Sequence[Scenario], *, full: bool) -> None:
    """What the author should look at twice, a line for each kind; in full every variable, judgement and remark."""
    console = to_output()
    found = remarks(model, scenarios)
    if full:
        _variables(console, model)
        _judgements(console, model)
    by_heading: dict[str, list[Remark]] = {}
    for remark in found:
        by_heading.setdefault(remark.heading, []).append(remark)
    if found:
        console.print()
        said = (f"{counted(len(found), 'thing')} to look at twice", "bold")
        console.print(Text.assemble(said, "" if full else "  (--full explains)"))
    for heading, of_kind in by_heading.items():
        names = list(dict.fromkeys(remark.about for remark in of_kind))
        listed = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
        _plain(console, f"{heading}: {listed}" if not full else f"{heading}:", style="yellow")
        for remark in of_kind if full else ():
            _plain(console, f"  {remark.about} {remark.text}")


def _variables(console: Console, model: Model) -> None:
    console.print()
    console.print("Variables", style="bold")
    for name, variable in model.records.variables.items():
        _plain(console, f"{name}: {variable.title} ({variable.role})")
        shown = (
            state if variable.label(state) == state else f"{state} ({variable.label(state)})"
            for state in variable.states
        )
        _plain(
            console, f"  {', '.join(shown)}" + (f"; after {', '.join(variable.parents)}" if variable.parents else "")
        )


def _judgements(console: Console, model: Model) -> None:
    console.print()
    console.print("Judgements and the numbers that they set", style="bold")
    for judgement in judgements(model):
        words = model.records.by_id[judgement.statement].words
        quoted = f" “{words}”" if words else ""
        _plain(console, f"{judgement.statement}{quoted} sets {judgement.number}")
        _plain(console, f"  {judgement.key}", style="dim")
        for condition in judgement.assumed:
            _plain(console, f"  assumed, since the table's reference state: {condition}", style="yellow")


def _plain(console: Console, text: str, style: str | None = None) -> None:
    """A line that breaks only where the terminal breaks it."""
    console.print(text, style=style, soft_wrap=True)


def explanation(explained: Explanation) -> None:
    """Everything, outcome by outcome, then what concerns all of them."""
    console, case = to_output(), explained.case
    _print(console, f"{case.scenario.title}  ({case.model.records.file.title})", "bold")
    for notice in case.assessment.notices:
        console.print(notice, style="yellow")
    for outcome in case.events:
        console.print()
        _print(console, language.answer(case, outcome), "bold")
        _sections(console, content.of_outcome(explained, outcome))
    console.print()
    _sections(console, content.of_all(explained))
    console.print()
    console.print("Each change is of one thing alone, everything else as it is.", style="dim")


def _sections(console: Console, sections: Iterable[Section]) -> None:
    for section in sections:
        if section.blocks:
            console.print(Text(f"  {section.heading}", "cyan"))
            show(console, section.blocks, 4)


def show(console: Console, blocks: Iterable[Block], indent: int = 0) -> None:
    """Blocks one under the other; a number's key below the sentence on it, for `--two-way`."""
    for block in blocks:
        match block:
            case Paragraph(text):
                _print(console, text, indent=indent)
            case Subheading(text):
                _print(console, text, "bold", indent)
            case Items(items, numbered):
                for place, item in enumerate(items, start=1):
                    mark = f"{place}. " if numbered else ""
                    _print(console, f"{mark}{item.lead} {item.text}".lstrip(), indent=indent)
                    if item.key:
                        console.print(Text(f"{' ' * indent}  {item.key}", "dim"), soft_wrap=True)
            case Table():
                _print(console, block.caption, "dim", indent)
                kinds: list[Kind] = [
                    "figures" if place in block.numeric else "words" for place in range(len(block.headings))
                ]
                table = TerminalTable(*zip(block.headings, kinds, strict=True), indent=indent)
                for row in block.rows:
                    table.add_cells(row)
                table.print_to(console)
            case Bars():
                _bars(console, block, indent)
                _print(console, block.caption, "dim", indent)
            case NetworkPicture():
                table = TerminalTable(("question", "words"), ("answer", "words"), indent=indent)
                for node in block.nodes:
                    table.add_cells((node.title, node.caption))
                table.print_to(console)
                _print(console, block.alt, "dim", indent)


def _bars(console: Console, chart: Bars, indent: int) -> None:
    """Label, figure, and a bar where the terminal has room for one."""
    words = max((cell_len(f"{row.label} {row.note}".strip()) for row in chart.rows), default=0)
    figures = max((cell_len(row.figure) for row in chart.rows), default=0)
    room = min(console.width - min(words, console.width // 2) - figures - indent - 6, BAR_CELLS)
    columns: list[tuple[str, Kind]] = [("", "words"), ("", "figures"), ("", "ranges")]
    table = TerminalTable(*columns[: 3 if room >= LEAST_CELLS else 2], indent=indent)
    table.show_header = False
    for row in chart.rows:
        bar = [bar_of(row, chart.end, room)] if room >= LEAST_CELLS else []
        table.add_cells((f"{row.label} {row.note}".strip(), row.figure, *bar), None if row.figure else "bold")
    table.print_to(console)


def bar_of(row: ChartRow, end: float, cells: int) -> str:
    """The marks of a row in cells: `━` where it may lie, `█` the point, `│` what it is compared with.

    >>> bar_of(ChartRow("", 0.5, band=(0.25, 0.75), tick=0.1), 1.0, 20)
    '  │  ━━━━━█━━━━━'
    """

    def cell(p: float) -> int:
        return min(int(p / end * cells), cells - 1)

    drawn = [" "] * cells
    for span, sign in ((row.reach, "─"), (row.band, "━"), (row.step, "━")):
        if span is not None:
            low, high = sorted(map(cell, span))
            drawn[low : high + 1] = sign * (high + 1 - low)
    for p, sign in ((row.tick, "│"), (row.point, "█")):
        if p is not None:
            drawn[cell(p)] = sign
    return "".join(drawn).rstrip()


def _print(console: Console, line: str, style: str = "", indent: int = 0) -> None:
    """Wrapped without the padding that would be copied along."""
    space = " " * indent
    # A number stays with its percent sign.
    for part in wrap(line.replace(" %", "\u00a0%"), console.width, initial_indent=space, subsequent_indent=space):
        console.print(Text(part.replace("\u00a0%", " %"), style), soft_wrap=True)

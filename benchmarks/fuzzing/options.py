"""What people type on a command line: evidence in options, names of models and scenarios, whole commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from click.testing import CliRunner

from benchmarks.fuzzing import SHIPPED, SMALL
from tocsin.cli.main import COMMANDS, main
from tocsin.cli.question import Given
from tocsin.errors import TocsinError
from tocsin.files import load_model
from tocsin.files.places import find_model, find_scenario
from tocsin.output import one_line, visible
from tocsin.records import ModelRecords

GRADES = ("A1", "B2", "C3", "D4", "E5", "F6", "a1", "B", "7", "A7", "G1", "B2:B2", "")
CHANCES = ("70%", "30%", "0.5", "1", "0", "-1", "1e-3", "1e308", "1e-400", "nan", "inf", "5", "50 %", "½", "٣", "")
WIDTHS = ("90%", "0.8", "0", "1", "100%", "1e-9", "nan", "0.5%", "-1", "99.999999%", "")
STRANGE = (
    *("", " ", "\0", "\n", "\x1b[31m", "\u202e", "\ud800", "\udcff", "é", "中", "𝔸"),
    *("[/]", "=", ":", ",", "|", "~", "..", "/"),
)
OPTIONS = ("--observe", "--report", "--believe", "--force")
Evidence = tuple[tuple[str, str], ...]


@cache
def records(folder: Path) -> ModelRecords:
    """A model's records, read once."""
    return load_model(folder)


def observed(random: Random) -> None:
    """`--observe` alone, once or several times."""
    read(random, texts(random, "--observe"))


def reported(random: Random) -> None:
    """`--report` alone, once or several times."""
    read(random, texts(random, "--report"))


def believed(random: Random) -> None:
    """`--believe` alone, once or several times."""
    read(random, texts(random, "--believe"))


def forced(random: Random) -> None:
    """`--force` alone, once or several times."""
    read(random, texts(random, "--force"))


def all_together(random: Random) -> None:
    """Evidence of every kind with an interval and a lexicon."""
    evidence = tuple(pair for option in OPTIONS if random.random() < 0.5 for pair in texts(random, option))
    lexicon = random.choice([None, "phia", "nato", "icd", "survey", random.choice(STRANGE)])
    read(random, evidence, random.choice([None, *WIDTHS]), lexicon)


def names(random: Random) -> None:
    """A name of a model, and one of a scenario."""
    for look in (find_model, lambda name: find_scenario(name, [SHIPPED])):
        name = spoilt(random, random.choice(["iraq-syria-2024", "small", "casus-belli", "baseline", ".", "~", "a/b"]))
        try:
            found = look(name)
        except TocsinError as refusal:
            require_clean(str(refusal), name)
        except UnicodeEncodeError:
            # What the command line says in a line of its own.
            continue
        else:
            assert found, name


def commands(random: Random) -> None:
    """A whole command line, as a process would get it."""
    words = [random.choice(["assess", "check", "explain", "words", "verify", "convert", random.choice([*COMMANDS])])]
    if words[0] in ("app", "batch", "brief", "schema"):
        words = ["assess"]
    if random.random() < 0.9:
        words += ["--model", str(SMALL) if random.random() < 0.9 else random.choice(STRANGE)]
    for option in random.sample([*OPTIONS, "--interval", "--lexicon", "--outcome", "--two-way"], random.randint(0, 2)):
        value = text(random, option, SMALL) if option in OPTIONS else random.choice([*WIDTHS, "phia", "late"])
        words += [option, value]
    if random.random() < 0.3:
        words.append(spoilt(random, random.choice(["baseline", "casus-belli", "x.yaml", "--json", "--", "-h"])))
    # No system hands over a zero byte in a word.
    words = [word.replace("\0", "") for word in words]
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in (0, 1, 2), words
    assert result.exit_code == 0 or result.stderr.strip(), words
    require_clean(result.output.replace("\n", " "), words)


def read(random: Random, evidence: Evidence, interval: str | None = None, lexicon: str | None = None) -> None:
    """Read the options; a refusal names what was refused, in one line each."""
    model = records(SHIPPED if random.random() < 0.5 else SMALL)
    try:
        settings = {"interval": interval, "lexicon": lexicon}
        given = Given(evidence, {key: value for key, value in settings.items() if value is not None})
        scenario = given.on(model, None)
    except TocsinError as refusal:
        for line in str(refusal).split("\n"):
            require_clean(line, evidence)
        return
    assert scenario.model == model.name
    assert len(scenario.evidence) + len(scenario.forced) <= len(evidence)


def require_clean(shown: str, given: object) -> None:
    """There is something in it, and nothing that acts on a terminal."""
    assert shown.strip(), given
    assert shown == visible(shown), (shown, given)
    assert shown == one_line(shown), (shown, given)


def texts(random: Random, option: str) -> Evidence:
    """An option with what stands after it, mostly once."""
    folder = SHIPPED if random.random() < 0.5 else SMALL
    return tuple((option, text(random, option, folder)) for _ in range(random.choice([1, 1, 1, 2, 3])))


def text(random: Random, option: str, folder: Path) -> str:
    """Mostly what the option reads, often a little spoilt."""
    model = records(folder)
    name = random.choice(list(model.variables))
    states = model.variables[name].states
    state = random.choice(states)
    match option:
        case "--report":
            value = f"{'|'.join(random.sample(states, random.randint(1, len(states))))}:{random.choice(GRADES)}"
        case "--believe":
            value = ",".join(f"{each}:{random.choice(CHANCES)}" for each in states[: random.randint(1, len(states))])
        case _:
            value = state
    whole = f"{name}={value}"
    return spoilt(random, whole) if random.random() < 0.5 else whole


def spoilt(random: Random, whole: str) -> str:
    """With something put in, left out, doubled, or all of it another."""
    place = random.randint(0, len(whole))
    match random.randrange(6):
        case 0:
            return whole[:place] + random.choice(STRANGE) + whole[place:]
        case 1:
            return whole[:place] + whole[place + 1 :]
        case 2:
            return whole[:place] + whole
        case 3:
            return whole * random.choice([2, 50, 2000])
        case 4:
            return "".join(
                random.choice([*STRANGE, chr(random.randrange(0x110000))]) for _ in range(random.randint(0, 9))
            )
        case _:
            return whole


KINDS: dict[str, Callable[[Random], None]] = {
    "option-observe": observed,
    "option-report": reported,
    "option-believe": believed,
    "option-force": forced,
    "option-together": all_together,
    "option-names": names,
    "command-lines": commands,
}
COUNTS = {"option-names": 100, "command-lines": 40}

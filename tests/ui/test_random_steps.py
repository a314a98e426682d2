"""A long walk of seeded random steps over all pages: nothing breaks, and an outcome has one number wherever it stands."""

import random
import re
from collections import Counter

import pytest

from tests.conftest import shipped_model
from tests.ui.browsing import Visit, settled
from tests.ui.test_settings import READY, box, pick, shown, to
from tocsin.elicitation.lexicon import edges_of
from tocsin.files import lexicons
from tocsin.language.events import event
from tocsin.language.numbers import percent

SEED, STEPS = 20241201, 150
EDGES = edges_of(lexicons()["icd203"])
FIGURE = re.compile(r"(?:[<>] )?[\d.]+ % \[[^\]]*\]")
"""`21 % [9.2–36]`."""
EXPLAIN = ("Statements", "Why", "Look for next")
"""Pages that are of one outcome."""
CARDS = """cards => cards.map(({dataset, classList, innerText}) =>
  [dataset.outcome, Number(dataset.p), classList.contains('is-chosen'), innerText])"""
ROWS = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
AT_REST = """() => !globalThis.tocsinBench?.root?.isConnected
  || !(tocsinBench.waiting || tocsinBench.queue.length || tocsinBench.held)"""


def plain(text):
    return re.sub(r"[\u00a0\u202f]", " ", text)


class Walk:
    """One reader's way: random steps, and what each page has said so far of the scenario as it is now.

    figures: by outcome, probability and interval as printed. They are forgotten when a step may change the scenario.
    """

    def __init__(self, reader, model, seed):
        self.reader, self.model, self.random = reader, model, random.Random(seed)
        self.page, self.at = reader.open(), "Assess"
        self.labels = {event(model.records, name): name for name in model.records.events}
        self.figures = {}
        self.without_answer = False
        self.counted = Counter()
        self.trail = []
        self.look()

    def step(self):
        ways = self.ways_on_assess() if self.at == "Assess" else self.ways_elsewhere()
        way = self.random.choices(list(ways), list(ways.values()))[0]
        self.counted[way.__name__] += 1
        self.trail.append(f"{self.at}: {way.__name__}")
        way()
        self.rest()
        self.look()

    def ways_on_assess(self):
        return {
            self.click_state: 5, self.press_keys: 4, self.drag: 4, self.click_node: 3, self.choose_card: 2, self.undo: 3,
            self.redo: 2, self.reset: 0.3, self.preset: 1, self.onward: 1.5, self.change_page: 4,
        }  # fmt: skip

    def ways_elsewhere(self):
        ways = {self.change_page: 2, self.back_to_assess: 5, self.preset: 0.7}
        if self.at in EXPLAIN and not self.without_answer:
            ways |= {self.choose_outcome: 3, self.unfold: 1}
        return ways

    # Steps on the page Assess

    def one_of(self, selector):
        """A visible element of those that are there, in sight; none where there is none."""
        found = self.page.locator(f"{selector}:visible")
        count = found.count()
        if not count:
            return None
        chosen = found.nth(self.random.randrange(count))
        chosen.scroll_into_view_if_needed()
        self.trail[-1] += f" {chosen.get_attribute('data-of')} {chosen.get_attribute('aria-label') or ''}"
        return chosen

    def set_by(self, act, selector):
        found = self.one_of(selector)
        if found is not None:
            self.figures = {}
            act(found)

    def click_state(self):
        self.set_by(lambda name: name.click(), ".bench-side .names button[data-set=seen]")

    def click_node(self):
        # By the keyboard: a node may lie under the edge of its frame.
        self.set_by(lambda state: state.press("Enter"), ".net-state[data-state]")

    def press_keys(self):
        keys = self.random.choices(("ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"), k=3)
        self.set_by(lambda edge: [edge.press(key) for key in keys], ".bench-side .edge")

    def drag(self):
        self.set_by(self.pull, ".bench-side .edge")

    def pull(self, edge):
        mouse, at = self.page.mouse, edge.bounding_box()
        bar = edge.locator("xpath=..").bounding_box()
        middle = at["y"] + at["height"] / 2
        mouse.move(at["x"] + at["width"] / 2, middle)
        mouse.down()
        for _ in range(2):
            mouse.move(bar["x"] + self.random.random() * bar["width"], middle, steps=3)
        mouse.up()

    def choose_card(self):
        card = self.one_of("[data-outcome] .pick")
        card.click()

    def undo(self):
        self.set_by(lambda button: button.click(), ".steps [data-ask=undo]:enabled")

    def redo(self):
        self.set_by(lambda button: button.click(), ".steps [data-ask=redo]:enabled")

    def reset(self):
        self.set_by(lambda button: button.click(), ".steps [data-ask=reset]:enabled")

    def onward(self):
        link = self.one_of("[data-outcome] .onward [role=link]")
        path, name = link.get_attribute("data-ask"), link.get_attribute("data-of")
        link.click()
        self.at = {"why": "Why", "look-for-next": "Look for next", "statements": "Statements"}[path]
        self.page.get_by_role("combobox", name="Outcome", exact=True).or_(self.page.locator(".alert")).first.wait_for()
        self.rest()
        assert self.labels[shown(self.page, "Outcome")] == name

    # Steps on every page

    def preset(self):
        self.figures = {}
        options = self.page.get_by_role("listbox").get_by_role("option")
        # Streamlit closes a list at once where the page still scrolls to its box.
        for _ in range(3):
            box(self.page, "Scenario").click()
            self.page.wait_for_timeout(300)
            if options.count():
                break
        title = self.random.choice(options.all_inner_texts())
        self.trail[-1] += f" {title}"
        options.get_by_text(title, exact=True).first.click()

    def change_page(self):
        self.go(self.random.choice([title for title in READY if title != self.at]))

    def back_to_assess(self):
        self.go("Assess")

    def go(self, title):
        self.trail[-1] += f" → {title}"
        if self.without_answer:
            # A page without an answer does not say what the others are known by.
            self.page.get_by_role("link", name=title, exact=True).click()
            self.page.wait_for_timeout(500)
        else:
            to(self.page, title)
        self.at = title

    def choose_outcome(self):
        label = self.random.choice(list(self.labels))
        self.trail[-1] += f" {label}"
        pick(self.page, "Outcome", label)

    def unfold(self):
        found = self.page.locator("[data-testid=stMain] details > summary:visible")
        summary = found.nth(self.random.randrange(found.count()))
        summary.scroll_into_view_if_needed()
        summary.click()

    # What is looked at after each

    def refused(self):
        return self.page.locator(".alert:visible").count() > 0

    def rest(self):
        """Wait until the panel has sent all and its answers are there."""
        for _ in range(400):
            if self.page.evaluate(AT_REST):
                break
            self.page.wait_for_timeout(25)
        else:
            raise AssertionError("the panel never comes to rest")
        settled(self.page)

    def look(self):
        assert not self.reader.complaints
        assert self.page.locator("[data-testid=stException]").all_inner_texts() == []
        self.without_answer = self.refused()
        if self.without_answer:
            # The page holds the last answer that could be given, which is not this scenario's.
            self.figures = {}
            self.counted["refused"] += 1
            return
        match self.at:
            case "Assess":
                self.look_at_cards()
            case "Statements" | "Why" | "Look for next":
                lead = FIGURE.search(plain(self.page.locator(".lead").inner_text()))
                if lead:
                    self.agree(self.labels[shown(self.page, "Outcome")], lead[0])
            case "Compare":
                self.look_at_comparison()
            case "Briefing":
                rows = self.table("80 % interval")
                assert len(rows) == 1 + len(self.labels)
                for label, _, p, interval, *_ in rows[1:]:
                    self.agree(self.labels[label], f"{p} {interval}")

    def agree(self, name, figure):
        """The figure that any page has given of an outcome since the scenario was changed last."""
        if name in self.figures:
            self.counted[f"compared on {self.at}"] += 1
        assert self.figures.setdefault(name, figure) == figure, name

    def look_at_cards(self):
        cards = self.page.locator("[data-outcome]").evaluate_all(CARDS)
        assert {name for name, *_ in cards} == set(self.labels.values())
        for name, p, _, text in cards:
            figure = FIGURE.search(plain(text))[0]
            assert figure.startswith(f"{percent(p, EDGES)} ")
            self.agree(name, figure)
        [(name, p)] = [(name, p) for name, p, chosen, _ in cards if chosen]
        short = plain(self.page.locator(".short").inner_text())
        assert re.search(rf", {re.escape(percent(p, EDGES))}[,.]", short), name

    def look_at_comparison(self):
        own = self.page.locator("[data-tag-index]", has_text="(this scenario, as edited)")
        if own.count() != 1:
            return
        title = own.inner_text().removesuffix(" (this scenario, as edited)")
        rows = self.table("Outcome")
        column = [re.sub("^[A-F]: ", "", head) for head in rows[0]].index(title)
        for row in rows[1:]:
            self.agree(self.labels[row[0]], FIGURE.search(row[column])[0])

    def table(self, heading):
        """The rows of the first table with such a heading, as printed."""
        found = self.page.locator("table", has=self.page.locator("th", has_text=heading)).first
        return [[plain(cell).strip() for cell in row] for row in found.locator("tr").evaluate_all(ROWS)]


@pytest.mark.slow
def test_random_steps_break_nothing_and_an_outcome_has_one_number_on_every_page(browser, address):
    reader = Visit(browser, address)
    walk = Walk(reader, shipped_model(), SEED)
    for number in range(STEPS):
        try:
            walk.step()
        except Exception as error:
            error.add_note(f"at step {number}, seed {SEED}: {'; '.join(walk.trail[-6:])}")
            raise
    # That all was compared of which the name of the test speaks.
    for title in ("Assess", *EXPLAIN, "Compare", "Briefing"):
        assert walk.counted[f"compared on {title}"] > 0, walk.counted
    reader.close()

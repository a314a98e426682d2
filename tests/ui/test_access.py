"""Who may do what: one rule on every page and file, and a log of what was done."""

import json
import multiprocessing
import os
import shutil
import signal
import time
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import DAM, IRAQ, ROOT
from tests.ui.browsing import Visit, free_port, served, settled
from tests.ui.driving import alone, html, sound
from tests.ui.provider import providing, secrets
from tocsin.errors import BadInput
from tocsin.files.places import ACCESS
from tocsin.ui import access
from tocsin.ui.access import Reader, may, reader_of
from tocsin.ui.server import serve

RULES = f"""
log: log.jsonl
models:
  {IRAQ.name}:
    see: {{groups: [desk]}}
    export: {{groups: [desk]}}
    edit: {{users: [Ada@example.org]}}
  {DAM.name}:
    see: {{everybody: true}}
"""
ADA = {"is_logged_in": True, "email": "ada@example.org", "groups": ["desk"]}
BEN = {"is_logged_in": True, "email": "ben@example.org"}


@pytest.fixture
def team(tmp_path, monkeypatch):
    """A folder with both models, and the file with who may do what."""
    for kind in ("models", "scenarios"):
        for model in (IRAQ, DAM):
            shutil.copytree(ROOT / kind / model.name, tmp_path / kind / model.name)
    (tmp_path / "access.yaml").write_text(RULES, "utf-8")
    monkeypatch.setenv(ACCESS, str(tmp_path / "access.yaml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rewrite(team, text):
    (team / "access.yaml").write_text(text, "utf-8")
    access._read.cache_clear()


def opened(user, **query):
    """The first page for who logged in this moment."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.secrets["auth"] = {"redirect_uri": "https://tocsin.example/oauth2callback", "cookie_secret": "x"}
    app.user = {"iat": time.time(), **user}
    for key, value in query.items():
        app.query_params[key] = value
    return sound(app.run())


def reader(rules, **claims):
    return reader_of(rules, {"is_logged_in": True, "iat": time.time(), **claims})


def test_a_right_is_what_the_file_gives_and_nothing_else(team):
    ada, ben = reader(access.rules(), **ADA), reader(access.rules(), **BEN)
    rights = {
        (who.name, model): [right for right in ("see", "edit", "export") if may(who, right, model)]
        for who in (ada, ben)
        for model in (IRAQ.name, DAM.name, "new")
    }
    assert rights == {
        ("ada@example.org", IRAQ.name): ["see", "edit", "export"],
        ("ada@example.org", DAM.name): ["see"],
        ("ada@example.org", "new"): [],
        ("ben@example.org", IRAQ.name): [],
        ("ben@example.org", DAM.name): ["see"],
        ("ben@example.org", "new"): [],
    }


@pytest.mark.parametrize(
    "claims",
    [
        {"is_logged_in": False},
        {"email_verified": False},
        {"email": None},
        {"iat": time.time() - 13 * 3600},
        {"iat": "today"},
    ],
)
def test_a_login_that_is_not_sure_or_not_fresh_has_no_right(team, claims):
    assert may(reader(access.rules(), **ADA), "edit", IRAQ.name)
    assert not may(reader(access.rules(), **{**ADA, **claims}), "see", IRAQ.name)
    assert not may(reader(access.rules(), **{**ADA, **claims}), "see", DAM.name)


def test_groups_are_read_from_where_the_provider_puts_them(team):
    rewrite(team, f"groups: realm_access.roles\n{RULES}")
    nested = reader(access.rules(), email="c@example.org", realm_access={"roles": ["desk"]})
    assert nested.groups == {"desk"}
    rewrite(team, f"user: sub\ngroups: https://example.org/teams\n{RULES}")
    plain = reader(access.rules(), sub="Ada@example.org", **{"https://example.org/teams": "desk"})
    assert (plain.name, plain.groups) == ("Ada@example.org", {"desk"})
    assert not may(reader(access.rules(), sub="ada@example.org"), "edit", IRAQ.name)


def test_without_a_file_everybody_may_do_everything_and_no_log_is_kept(tmp_path, monkeypatch):
    monkeypatch.delenv(ACCESS, raising=False)
    monkeypatch.chdir(tmp_path)
    assert may(Reader(), "edit", IRAQ.name)
    access.log("export", "x", {})
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_the_file_is_told_with_its_line_before_the_server_starts(team):
    rewrite(team, f"models:\n  {IRAQ.name}x: {{}}\nlog: nowhere/log.jsonl\n")
    with pytest.raises(BadInput) as caught:
        serve(free_port())
    assert [(problem.line, problem.path) for problem in caught.value.problems] == [
        (2, f"models.{IRAQ.name}x"),
        (3, "log"),
    ]
    assert f"did you mean {IRAQ.name!r}?" in str(caught.value)
    rewrite(team, "others:\n  sea: {everybody: true}\n")
    with pytest.raises(BadInput, match=r"access.yaml:2:.*sea.*see"):
        serve(free_port())


def test_models_that_may_not_be_seen_are_not_listed_and_a_link_to_one_is_refused(team):
    app = opened(BEN)
    assert "data-outcome" in html(app)
    assert not [box for box in app.selectbox if box.label == "Model"]
    secret, missing = (html(opened(BEN, model=name)) for name in (IRAQ.name, "nowhere"))
    for shown, name in ((secret, IRAQ.name), (missing, "nowhere")):
        assert f"You may not see this model, or there is none of this name: {name}" in shown
        assert "data-outcome" not in shown
    assert [box.label for box in opened(ADA).selectbox if box.label == "Model"] == ["Model"]


def test_a_right_that_is_taken_away_ends_in_the_next_step(team):
    app = opened(ADA, model=IRAQ.name)
    assert "data-outcome" in html(app)
    rewrite(team, RULES.replace("[desk]", "[other]").replace("Ada@", "eve@"))
    assert "You may not see this model" in html(sound(app.run()))
    rewrite(team, "models: [")
    app = sound(app.run())
    assert "Nobody is let in" in html(app)
    assert "data-outcome" not in html(app)


@pytest.mark.parametrize("page", ["edit_statements", "edit_structure", "edit_drafts", "new_model"])
def test_who_may_not_edit_is_refused_on_every_page_that_edits(team, page):
    for user, model, refused in ((ADA, IRAQ, False), (ADA, DAM, page != "new_model"), (BEN, DAM, True)):
        app = alone(page)
        app.user, app.session_state["model"] = {"iat": time.time(), **user}, model.name
        app = sound(app.run())
        assert ("You may not" in html(app)) == refused
        assert bool(app.get("file_uploader") or app.text_input or app.selectbox) or refused


def test_the_numbers_can_be_read_by_who_may_not_edit_them(team):
    for user, model, edits in ((ADA, IRAQ, True), (BEN, DAM, False)):
        app = alone("edit_numbers")
        app.user, app.session_state["model"] = {"iat": time.time(), **user}, model.name
        app = sound(app.run())
        assert "trail" in html(app)
        assert ("Edit the reference" in [button.label for button in app.button]) == edits


def test_what_is_handed_out_or_edited_is_a_line_of_the_log(team):
    app = alone("briefing")
    app.user, app.session_state["model"] = {"iat": time.time(), **ADA}, IRAQ.name
    app = sound(app.run())
    labels = [button.label for button in app.button]
    assert {"The answer as JSON", "The scenario as YAML", "PDF"} <= set(labels)
    assert not app.get("download_button")
    next(button for button in app.button if button.label == "The answer as JSON").click().run()
    sound(app)
    assert len(app.get("download_button")) == 1
    next(button for button in app.button if button.label == "MD").click().run()
    sound(app)
    lines = [json.loads(line) for line in (team / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["who"], line["did"], line["model"], line["file"]) for line in lines] == [
        ("ada@example.org", "export", IRAQ.name, "baseline.json"),
        ("ada@example.org", "briefing", IRAQ.name, "baseline.md"),
    ]
    assert all(set(line["digests"]) == {"file", "model", "scenario"} for line in lines)
    assert lines[0]["digests"]["scenario"] == lines[1]["digests"]["scenario"]


def test_who_may_take_nothing_away_is_offered_nothing(team):
    for page in ("briefing", "compare", "why", "batches"):
        app = alone(page)
        app.user, app.session_state["model"] = {"iat": time.time(), **BEN}, DAM.name
        app = sound(app.run())
        assert not app.get("download_button")
        assert not [button.key for button in app.button if (button.key or "").startswith("take-")]
        assert "data-svg" not in html(app)
        assert "Take away" not in html(app)


def test_a_file_is_asked_about_by_the_model_that_it_tells_of(team):
    """Answers of a batch stay in the session while the pages are about another model."""

    def page():
        from tocsin.ui.downloads import File, FileSubject, files, ready

        of = FileSubject("marl-dam-2025", "0" * 64, ())
        files(File("Of the dam", "a.csv", "text/csv", lambda: b"a"), of=of)
        ready(File("Of it too", "a.csv", "text/csv", lambda: b"a"), of=of)
        ready(File("Of the page", "b.csv", "text/csv", lambda: b"b"))

    app = AppTest.from_function(page)
    app.user, app.session_state["model"] = {"iat": time.time(), **ADA}, IRAQ.name
    assert [button.label for button in sound(app.run()).button] == ["Of the page"]


def test_a_model_is_not_seen_under_the_name_of_another(team):
    file = team / "models" / DAM.name / "model.yaml"
    text = file.read_text("utf-8")
    assert f"\nmodel: {DAM.name}\n" in f"\n{text}"
    file.write_text(text.replace(f"model: {DAM.name}\n", f"model: {IRAQ.name}\n", 1), "utf-8")
    app = opened(BEN, model=DAM.name)
    assert f"you may not see the model {IRAQ.name}" in html(app)
    assert "data-outcome" not in html(app)


def test_nothing_is_handed_out_that_the_log_cannot_hold(team):
    (team / "log.jsonl").mkdir()
    app = alone("briefing")
    app.user, app.session_state["model"] = {"iat": time.time(), **ADA}, IRAQ.name
    app = sound(app.run())
    for label in ("The answer as JSON", "MD"):
        next(button for button in app.button if button.label == label).click().run()
        assert "the log cannot be written" in html(sound(app))
        assert not app.get("download_button")


def _log_lines(path):
    os.environ[ACCESS] = str(path)
    while True:
        access.log("export", "x" * 200, {"file": "0"})


def test_two_that_write_lose_nothing_and_one_that_is_killed_breaks_no_other_line(team):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_log_lines, args=(team / "access.yaml",)) for _ in range(2)]
    log = team / "log.jsonl"
    for writer in writers:
        writer.start()
    while not log.exists() or log.stat().st_size < 50_000:
        time.sleep(0.01)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    before = log.read_bytes()
    with log.open("ab") as file:
        file.write(b'{"at": "2025-01-01T0')
    access.log("export", "after", {})
    lines = log.read_bytes()[len(before) :].splitlines()
    assert log.read_bytes().startswith(before)
    assert json.loads(lines[-1])["file"] == "after"
    whole = before.splitlines()
    assert len(whole) > 20
    assert all(json.loads(line)["file"] == "x" * 200 for line in whole[:-1])


@pytest.mark.slow
def test_two_readers_in_a_browser_each_have_what_is_theirs(browser, team):
    port = free_port()
    with providing() as provider:
        secrets(team, provider, port)
        with served(team, port) as address:
            ada, ben = (_logged_in(browser, address, provider, user) for user in (ADA, BEN))
            link = f"{address}/?model={IRAQ.name}"
            page = ada.page
            page.goto(link)
            page.locator("[data-outcome]").first.wait_for()
            page.get_by_role("link", name="Edit", exact=True).wait_for()
            page.get_by_role("link", name="Briefing", exact=True).click()
            page.get_by_role("button", name="MD", exact=True).wait_for()
            settled(page)
            fetched = []
            page.on("request", lambda request: fetched.append(request.url))
            with page.expect_download():
                page.get_by_role("button", name="The answer as JSON").click()
            settled(page)
            file = next(url for url in fetched if "/media/" in url)
            assert ada.context.request.get(file).status == 200
            # The same address is nothing to another reader, nor to somebody who does not log in.
            assert ben.context.request.get(file).status == 404
            with pytest.raises(HTTPError, match="404"):
                urlopen(Request(file))

            page = ben.page
            page.goto(link)
            page.get_by_text("You may not see this model").wait_for()
            settled(page)
            assert page.locator("[data-outcome]").count() == 0
            for path in ("briefing", "statements", "edit-statements", "why"):
                page.goto(f"{address}/{path}?model={IRAQ.name}")
                page.get_by_text("You may not see this model").wait_for()
            page.goto(address)
            page.locator("[data-outcome]").first.wait_for()
            settled(page)
            assert page.get_by_role("link", name="Edit", exact=True).count() == 0
            assert page.get_by_text("Take away").count() == 0
            page.get_by_role("link", name="Briefing", exact=True).click()
            page.get_by_text("You may not take files of this model away.").wait_for()
            settled(page)
            assert page.locator("[data-testid=stDownloadButton], [class*=st-key-take-]").count() == 0
            page.goto(f"{address}/edit-statements")
            page.get_by_text("You may not edit this model.").wait_for()
            # Nothing was refused that belongs to the page.
            for reader in (ada, ben):
                reader.outside = [url for url in reader.outside if not url.startswith(provider)]
                reader.close()
    line = json.loads((team / "log.jsonl").read_text("utf-8"))
    assert (line["who"], line["did"], line["file"]) == ("ada@example.org", "export", "baseline.json")


def _logged_in(browser, address, provider, user):
    """A reader who has come in, as the provider knows who it is."""
    reader = Visit(browser, address)
    claims = {"sub": user["email"], **{key: value for key, value in user.items() if key != "is_logged_in"}}
    reader.context.add_cookies([{"name": "person", "value": quote(json.dumps(claims)), "url": provider}])
    reader.page.goto(address)
    reader.page.get_by_role("button", name="Log in").click()
    reader.page.get_by_role("button", name="Log out").wait_for()
    return reader

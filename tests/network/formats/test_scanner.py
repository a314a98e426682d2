import re

import pytest

from tocsin.network.formats.scanner import Place, Scanner, UnreadableText, text_of

TOKENS = re.compile(r'(?P<skip>(?:\s|#[^\n]*)+)|(?P<string>"[^"]*")|(?P<word>[\w.-]+)|(?P<sign>.)')


def scanner(text):
    return Scanner(text, TOKENS)


def test_tokens_in_turn_with_their_places():
    text = scanner('a # b\n\n  "c d" ;')
    assert [(text.place(), text.take().text) for _ in range(4)] == [
        (Place(1, 1), "a"), (Place(3, 3), '"c d"'), (Place(3, 9), ";"), (Place(3, 10), "")
    ]  # fmt: skip
    assert text.take().kind == "end"


def test_words_in_quotes_are_no_keywords():
    text = scanner('"net" net')
    assert not text.accept("net")
    assert text.name("a name") == "net"
    assert text.accept("net")
    assert not text.accept("")


@pytest.mark.parametrize(
    ("numbers", "values"),
    [("1, 2;", [1, 2]), ("1 2 ;", [1, 2]), ("1 # one\n 2.5e-1;", [1, 0.25]), (";", []), ("1, 2", [1, 2])],
)
def test_numbers_up_to_the_semicolon(numbers, values):
    text = scanner(numbers)
    assert list(text.numbers()) == values
    assert text.take().text in (";", "")


@pytest.mark.parametrize("word", ["nan", "inf", "1_0", "0x1", "e", "1.2.3", "۱"])
def test_python_s_other_numbers_are_none(word):
    with pytest.raises(UnreadableText, match=f"a number is expected, not '{word}'"):
        list(scanner(f"1 {word};").numbers())


def test_long_words_are_cut_in_messages():
    with pytest.raises(UnreadableText) as caught:
        scanner("x" * 1000).number()
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("content", "message", "line"), [(b"net\x00work", "is binary", 1), (b"a\nb\ncaf\xe9", "is not UTF-8 text", 3)]
)
def test_what_is_no_text_is_refused(content, message, line):
    with pytest.raises(UnreadableText, match=message) as caught:
        text_of(content)
    assert caught.value.place.line == line

"""XMLBIF 0.3, and XML itself: encodings, entities, places."""

import pytest

XMLBIF = (
    '<?xml version="1.0"?>\n<BIF VERSION="0.3">\n<NETWORK>\n'
    "<VARIABLE TYPE='nature'><NAME>a</NAME><OUTCOME>t</OUTCOME><OUTCOME>f</OUTCOME></VARIABLE>\n"
    "<VARIABLE><NAME>b</NAME><OUTCOME>t</OUTCOME><OUTCOME>f</OUTCOME><PROPERTY>p = (1, 2) = 3</PROPERTY></VARIABLE>\n"
    "<DEFINITION><FOR>a</FOR><TABLE>0.3 0.7</TABLE></DEFINITION>\n"
    "<DEFINITION><FOR>b</FOR><GIVEN>a</GIVEN><TABLE>0.1 0.9 <!-- f --> 0.4 0.6</TABLE></DEFINITION>\n"
    "</NETWORK></BIF>\n"
)
DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<NETWORK>", "<NETWORK><NAME>n</NAME><PROPERTY>no equals sign</PROPERTY>"),
        ('<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE BIF [<!ELEMENT BIF (NETWORK)*>]>'),
        ('<?xml version="1.0"?>\n', ""),
        ('<?xml version="1.0"?>', '  \n <?xml version="1.0"?>'),
        ("DEFINITION", "PROBABILITY"),
    ],
)
def test_one_network_in_many_spellings(old, new, read):
    network = read(".bifxml", XMLBIF.replace(old, new)).network
    assert network.variables == ("a", "b")
    assert network.tables["b"].tolist() == [[0.1, 0.4], [0.9, 0.6]]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-8"])
def test_xml_is_read_in_the_encoding_that_it_declares(encoding, read):
    text = XMLBIF.replace(">f<", ">né<").replace('<?xml version="1.0"?>', DECLARED.format(encoding))
    assert read(".xmlbif", text.encode(encoding)).network.states["a"] == ("t", "né")


def test_ascii_that_is_utf_8_in_truth_is_read(read):
    text = XMLBIF.replace(">f<", ">né<").replace('<?xml version="1.0"?>', DECLARED.format("US-ASCII"))
    assert read(".xml", text).network.states["a"] == ("t", "né")


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("UTF-8", "4: not well-formed XML: invalid token"),
        ("no-such", "1: the encoding that the XML declares cannot be read: unknown encoding: no-such"),
    ],
)
def test_an_encoding_that_is_not_the_file_s_is_refused(encoding, message, refusal):
    text = XMLBIF.replace(">f<", ">né<").replace('<?xml version="1.0"?>', DECLARED.format(encoding))
    assert refusal(".xml", text.encode("latin-1")).startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.4 0.6</TABLE>", "0.4</TABLE>", "7: b: 3 numbers are given for a table of 2 x 2, which needs 4"),
        ("0.3 0.7", "0.3 0,7", "6: a number is expected in <TABLE>, not '0,7'"),
        ("<TABLE>0.3 0.7</TABLE>", "", "6: a: its definition has no <TABLE>"),
        ("'nature'", "'decision'", "4: a: only variables of TYPE nature can be read, not 'decision'"),
        ("<FOR>a</FOR>", "", "6: <DEFINITION> needs one <FOR>, not 0"),
        ("<FOR>a</FOR>", "<FOR>a</FOR><FOR>b</FOR>", "6: <DEFINITION> needs one <FOR>, not 2"),
        ("<GIVEN>a<", "<GIVEN>c<", "7: no variable 'c'"),
        ("BIF", "SMILE", "2: XMLBIF is a <BIF> with a <NETWORK> in it, not <SMILE>"),
        ("</NETWORK>", "", "8: not well-formed XML: mismatched tag"),
        ("<BIF", "<!DOCTYPE BIF [<!ENTITY a 'ha'>]><BIF", "2: XML that declares or uses entities"),
        (
            "<BIF",
            "<!DOCTYPE BIF SYSTEM 'file:///etc/passwd' [<!ENTITY % p SYSTEM 'http://x/'>]><BIF",
            "2: XML that declares",
        ),
        (">t<", ">&x;<", "4: not well-formed XML: undefined entity"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_with_its_line(old, new, message, refusal):
    assert old in XMLBIF
    assert refusal(".xml", XMLBIF.replace(old, new)).startswith(message)


@pytest.mark.parametrize("suffix", [".xml", ".bifxml", ".xdsl"])
def test_an_entity_bomb_is_refused_unread(suffix, refusal):
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    text = f'<!DOCTYPE BIF [<!ENTITY a0 "ha">{entities}]><BIF><NETWORK><NAME>&a9;</NAME></NETWORK></BIF>'
    assert "entities" in refusal(suffix, text)


@pytest.mark.parametrize("suffix", [".xml", ".xdsl"])
def test_what_lies_too_deep_or_is_too_much_is_refused(suffix, refusal, monkeypatch):
    assert "50 within each other" in refusal(suffix, "<a>" * 100_000)
    monkeypatch.setattr("tocsin.network.formats.xml.MAX_ELEMENTS", 1000)
    assert "more than 1,000 elements" in refusal(suffix, "<a>" + "<b/>" * 2000 + "</a>")

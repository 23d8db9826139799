"""Identifiers are replaced as whole words, in whatever writing, and nothing else is touched."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as configured
from hypothesis import strategies as st

from mackerel_cs.erase.register import (
    BEGUN,
    BESIDE,
    EMAIL,
    EVERYWHERE,
    NAME,
    ORGANIZATION_NAME,
    USER_ID,
    Entry,
    Erasure,
    Register,
    email_hash,
)
from mackerel_cs.erase.scrub import Scrubber
from mackerel_cs.erase.words import WORD, whole_words

REGISTER = Register(Path("unused"), b"key", [])
ADDRESS = "aki.abe+1@x.example"
KNOWN = {
    "abc": USER_ID,
    ADDRESS: EMAIL,
    "aki": NAME,
    "Aki Abe": NAME,
    "阿部秋": NAME,
    "green-mirror": ORGANIZATION_NAME,
}


def scrubber(
    known: dict[str, str], reach: str = EVERYWHERE, places: tuple[str, ...] = ()
) -> Scrubber:
    entries: list[Entry] = []
    for value, kind in known.items():
        is_anchor = kind in (USER_ID, EMAIL)
        entries += REGISTER.entries(kind, value, EVERYWHERE if is_anchor else reach, "who")
    erasure = Erasure(
        1, BEGUN, tuple(entries), {REGISTER.letters(place): ("who",) for place in places}
    )
    return Scrubber(REGISTER, [erasure])


SCRUBBER = scrubber(KNOWN)


def pseudonym(value: str) -> str:
    return REGISTER.entries(KNOWN[value], value, EVERYWHERE, "who")[0].pseudonym


@pytest.mark.parametrize(
    "text",
    [
        '{{"userId":"{abc}","host":"abcd","other":"abc-d","third":"x.abcd"}}',
        "by {abc}: ({abc}), {abc}.",
        '{{"email":"{mail}","to":"x{mail_there}, y.{mail_there}"}}',
        "<mailto:{mail}>",
        '{{"path":"/users?mail={mail_url}&x=1"}}',
        '{{"hash":"{mail_hash}"}}',
        '{{"comment":"\\nabcd \\t{abc}"}}',
        '{{"screenName":"{aki}","text":"akira and {aki}!"}}',
        '{{"text":"asked {full}, twice. Akira and Abe"}}',
        '{{"text":"{kanji}さんより、阿部さんへ"}}',
        '{{"body":"{{\\"email\\":\\"{mail}\\"}}"}}',
        '{{"url":"https://hooks.{org}.example.com/","path":"/orgs/{org}/hosts","x":"green-mirror-2"}}',
        "broken: {mail} \udcff{abc}\udcff",
    ],
)
def test_whole_words_in_every_writing(text: str) -> None:
    def written(clear: bool) -> str:
        names = {"abc": "abc", "aki": "aki", "full": "Aki Abe", "kanji": "阿部秋"}
        names |= {"mail": ADDRESS, "org": "green-mirror"}
        shown = {key: value if clear else pseudonym(value) for key, value in names.items()}
        address = shown["mail"]
        return text.format(
            **shown,
            mail_there=ADDRESS,
            mail_url=address.replace("+", "%2B").replace("@", "%40"),
            mail_hash=email_hash(address),
        )

    assert SCRUBBER.scrub(written(clear=True)) == written(clear=False)


def test_an_address_is_one_in_any_case_and_an_id_in_its_own() -> None:
    assert SCRUBBER.scrub(ADDRESS.upper()) == pseudonym(ADDRESS)
    assert SCRUBBER.scrub("ABC") == "ABC"


@pytest.mark.parametrize("value", [ADDRESS, "阿部秋"])
def test_escapes_of_json_hide_nothing(value: str) -> None:
    escaped = '{"x":"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + ' \\n"}'
    assert SCRUBBER.holds(escaped)
    assert json.loads(SCRUBBER.scrub(escaped)) == {"x": f"{pseudonym(value)} \n"}
    assert not SCRUBBER.holds(SCRUBBER.scrub(escaped))


def test_a_cut_address_or_name_goes_whoever_it_is_of() -> None:
    cut = '{"type":"user.joined","user":{"id":"other","email":"some'
    assert SCRUBBER.scrub_lines(f"{cut}\n{{}}") == f"{cut.removesuffix('some')}erased\n{{}}"


def test_a_name_of_several_is_replaced_where_it_is_certainly_this_one() -> None:
    web = {"abc": USER_ID, "web": NAME}
    new = REGISTER.entries(NAME, "web", BESIDE, "who")[0].pseudonym
    new_id = pseudonym("abc")
    here = scrubber(web, BESIDE, places=("ours",)).scrub
    line = '{{"orgid":"{org}","user":{{"id":"{id}","screenName":"{name}"}},"service":"web"{more}}}'
    theirs = line.format(org="ours", id="abd", name="web", more="")
    assert here(theirs) == theirs
    mine = line.format(org="other", id="abc", name="web", more=',"comment":"web is down"')
    assert here(mine) == line.format(
        org="other", id=new_id, name=new, more=',"comment":"web is down"'
    )
    told = line.format(org="ours", id="abd", name="web", more=',"comment":"web is down"')
    assert here(told) == line.format(
        org="ours", id="abd", name="web", more=f',"comment":"{new} is down"'
    )


def test_an_organization_called_like_a_thing_is_replaced_where_organizations_are_named() -> None:
    here = scrubber({"web": ORGANIZATION_NAME}, BESIDE).scrub
    new = REGISTER.entries(ORGANIZATION_NAME, "web", BESIDE, "who")[0].pseudonym
    line = (
        '{{"orgName":"{0}","service":"web","organization":{{"name":"{0}"}},'
        '"url":"https://mackerel.io/orgs/{0}/hosts"}}'
    )
    assert here(line.format("web")) == line.format(new)


WORDS = st.sampled_from([*"abc", "abc", "ab", "abcd", "aki", ADDRESS, "b@x.example", "", "0"])
GAPS = st.sampled_from([" ", '"', ",", ":", "{", "}", "/", "\n", "-", ".", "@", "+", "_", "秋"])


@configured(max_examples=300, deadline=None)
@given(parts=st.lists(st.tuples(WORDS, GAPS), max_size=30))
def test_every_word_that_is_an_identifier_and_no_other(parts: list[tuple[str, str]]) -> None:
    known = {"abc": USER_ID, ADDRESS: EMAIL, "aki": NAME}
    text = "".join(word + gap for word, gap in parts)
    words = WORD.findall(text)
    scrubbed = scrubber(known).scrub_lines(text)
    assert WORD.findall(scrubbed) == [pseudonym(word) if word in known else word for word in words]
    assert WORD.split(scrubbed) == WORD.split(text)
    # What the proof takes for a whole word is what is replaced.
    for value in known:
        pattern = whole_words(value, is_case_exact=True)
        assert bool(pattern.search(text)) == (value in words)
        assert not pattern.search(scrubbed)


@configured(max_examples=100, deadline=None)
@given(text=st.text(max_size=80))
def test_whatever_is_written_stays_where_nobody_is_named(text: str) -> None:
    assert scrubber({"nobody@x.example": EMAIL}).scrub_lines(text) == text

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.tools.backends.coco import THINGS
from viscript.tools.errors import NotOfferedError, ToolError
from viscript.tools.vocabulary import MAX_QUERY, Vocabulary

VOCABULARY = Vocabulary(THINGS)


def plural_of(name: str) -> str:
    irregular = {"person": "people", "knife": "knives", "mouse": "mice", "sheep": "sheep"}
    first, _, last = name.rpartition(" ")
    if last in ("skis", "scissors"):
        return name
    regular = last + ("es" if last.endswith(("s", "sh", "ch", "x")) else "s")
    return f"{first} {irregular.get(last, regular)}".strip()


@pytest.mark.parametrize("name", THINGS)
def test_every_name_is_understood_in_the_plural_and_in_any_writing(name: str) -> None:
    plural = plural_of(name)
    writings = [name, plural, plural.title(), plural.upper(), f"the {name}", f"two {plural}"]
    writings += [plural.replace(" ", "-"), plural.replace(" ", ""), f"a pair of {plural}"]
    for writing in writings:
        assert VOCABULARY.names(writing) == {name}, writing


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kids", {"person"}),
        ("women", {"person"}),
        ("grandchildren", {"person"}),
        ("baseball player", {"person"}),
        ("puppy", {"dog"}),
        ("kittens", {"cat"}),
        ("toucan", {"bird"}),
        ("television", {"tv"}),
        ("mobile", {"cell phone"}),
        ("sofa", {"couch"}),
        ("motor-bike", {"motorcycle"}),
        ("fruit", {"banana", "apple", "orange"}),
        ("furniture", {"chair", "couch", "bed", "bench", "dining table"}),
        ("cutlery", {"fork", "knife", "spoon"}),
    ],
)
def test_synonyms_and_wider_words_are_understood(query: str, names: set[str]) -> None:
    assert VOCABULARY.names(query) == names


def test_a_wider_word_means_every_kind_and_no_other() -> None:
    animals = VOCABULARY.names("animals")
    assert {"dog", "zebra", "bird"} <= animals
    assert not animals & {"person", "teddy bear", "car"}
    assert VOCABULARY.names("objects") == set(THINGS)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("brocoli", "broccoli"),
        ("giraff", "giraffe"),
        ("umbrela", "umbrella"),
        ("sissors", "scissors"),
    ],
)
def test_small_misspellings_are_understood_when_the_first_letter_is_right(
    query: str, name: str
) -> None:
    assert VOCABULARY.names(query) == {name}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("a red car", {"car"}),
        ("little girl in a blue dress", {"person"}),
        ("boy riding a bike", {"person"}),
        ("people playing ball", {"person"}),
        ("woman wearing a hat and a coat", {"person"}),
        ("the man on the left", {"person"}),
        ("two slices of pizza", {"pizza"}),
        ("a cup of coffee", {"cup"}),
        ("one of the horses", {"horse"}),
        ("dog's bowl", {"bowl"}),
        ("dining table", {"dining table"}),
        ("orange and white cat", {"cat"}),
    ],
)
def test_the_noun_of_a_phrase_decides(query: str, names: set[str]) -> None:
    assert VOCABULARY.names(query) == names


@pytest.mark.parametrize("query", ["dog and cat", "dogs or cats", "a dog, a cat", "dog/cat"])
def test_several_things_may_be_asked_for_at_once(query: str) -> None:
    assert VOCABULARY.names(query) == {"dog", "cat"}


@pytest.mark.parametrize("query", ["unicorn", "donkeys", "the goat", "a brown deer"])
def test_what_no_name_covers_is_refused_with_its_nearest_names(query: str) -> None:
    with pytest.raises(NotOfferedError, match=r"can't recognise .*; nearest: .*horse"):
        VOCABULARY.names(query)


@pytest.mark.parametrize(
    "query",
    ["house", "moose", "car door", "bus stop", "dog food", "xyzzy", "강아지", "dog and tree"],
)
def test_a_word_is_never_taken_for_another_that_is_merely_like_it(query: str) -> None:
    with pytest.raises(NotOfferedError, match="can't recognise"):
        VOCABULARY.names(query)


@pytest.mark.parametrize(
    ("query", "tool"), [("faces", "find_faces"), ("text", "read_text"), ("a sign", "read_text")]
)
def test_the_right_tool_is_named_for_faces_and_text(query: str, tool: str) -> None:
    with pytest.raises(NotOfferedError) as caught:
        VOCABULARY.names(query)
    assert tool in caught.value.hint


@pytest.mark.parametrize("query", ["", "  ", "the", "!?", "two", "x" * (MAX_QUERY + 1)])
def test_a_query_that_names_nothing_is_an_error_that_says_so(query: str) -> None:
    with pytest.raises(ToolError) as caught:
        VOCABULARY.names(query)
    assert not isinstance(caught.value, NotOfferedError)


def test_only_names_that_the_detector_knows_are_meant() -> None:
    small = Vocabulary(["cat", "dog"])
    assert small.names("animal") == {"cat", "dog"}
    with pytest.raises(NotOfferedError):
        small.names("horse")


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["a", "dog", "of", "and", ",", "ing", "'s", "red"])).map(" ".join)
)
def test_any_text_means_known_names_or_is_refused(query: str) -> None:
    try:
        names = VOCABULARY.names(query)
    except ToolError:
        return
    assert names
    assert names <= set(THINGS)


@pytest.mark.parametrize(
    ("query", "narrower"),
    [
        ("a nurse", {"nurse": "person"}),
        ("tall women and a dog", {"women": "person"}),
        ("flamingos", {"flamingos": "bird"}),
        ("toucans", {"toucans": "bird"}),
        ("a folding chair", {"folding chair": "chair"}),
        ("someone", {}),
        ("everybody", {}),
        ("people", {}),
        ("sofas", {}),
        ("bikes", {}),
        ("animals", {}),
        ("grass", {}),
        ("", {}),
    ],
)
def test_words_for_only_some_of_what_has_a_name_are_told_from_other_names(
    query: str, narrower: dict[str, str]
) -> None:
    assert VOCABULARY.narrower(query) == narrower


def test_a_bike_may_have_a_motor() -> None:
    assert VOCABULARY.names("the silver bike") == {"bicycle", "motorcycle"}

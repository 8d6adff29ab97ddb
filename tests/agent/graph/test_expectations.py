from __future__ import annotations

import pytest
from viscript import Image, Region
from viscript.agent.graph.expectations import Kind, declines, fits, wanted
from viscript.tools.values import Box


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ("How many dogs are there?", "number"),
        ("please count the cars", "number"),
        ("Could you tell me how many people you see", "number"),
        ("What's the number of cups?", "number"),
        ("Is there a dog?", "truth"),
        ("is the man wearing a hat", "truth"),
        ("Can you tell me if there are any cats?", "truth"),
        ("Can you see any nurses?", "truth"),
        ("Can you see the dog?", "any"),
        ("Is it a cat or a dog?", "any"),
        ("What does the sign say?", "text"),
        ("read the label", "text"),
        ("What is written on the cup?", "text"),
        ("Blur the background", "picture"),
        ("could you please remove the person on the left", "picture"),
        ("I'd like you to crop the dog", "picture"),
        ("Put a smiling emoji on each face", "picture"),
        ("make the background grey", "picture"),
        ("How many people are there, and what does the sign say?", "any"),
        ("Are there dogs? How many?", "any"),
        ("What is this?", "any"),
        ("Where is the cat?", "any"),
        ("What is the man doing?", "words"),
        ("Why is the cow lying down?", "words"),
        ("What colour is the largest cup?", "any"),
        ("tag", "picture"),
        ("Wie viele Hunde sind da?", "any"),
        ("", "any"),
    ],
)
def test_the_first_words_tell_what_kind_of_answer_is_wanted(request_: str, kind: Kind) -> None:
    assert wanted(request_) == kind


def test_what_fits_each_kind(cat: Image) -> None:
    region = Region(cat, Box(1, 1, 5, 5), "cat")
    answers: dict[str, tuple[list[object], list[object]]] = {
        "number": ([0, 2.5, "3 dogs", "no dogs", [1, 2], "two"], [True, "dogs", region, cat, None]),
        "truth": ([True, False, "Yes", "no.", "there is one"], [3, "dog", region, cat, None]),
        "text": (["EXIT", "", ["a", "b"], 7], [True, region, cat, None]),
        "words": (["red", 3, region, ["a"]], [True, cat]),
        "picture": ([cat, [cat, cat]], ["blurred", True, region, 1, None]),
        "any": ([1, "a", True, region, cat, None, []], []),
    }
    for kind, (good, bad) in answers.items():
        assert [one for one in good if not fits(kind, one)] == []  # pyright: ignore[reportArgumentType]
        assert [one for one in bad if fits(kind, one)] == []  # pyright: ignore[reportArgumentType]


def test_a_refusal_is_told_from_an_answer() -> None:
    assert declines("I have no tool for that")
    assert declines("The tools can't tell how old she is.")
    assert not any(map(declines, ["there is no dog", "no", "a can of beans", True, 0, None]))

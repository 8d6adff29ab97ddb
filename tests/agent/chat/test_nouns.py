from __future__ import annotations

import pytest
from viscript.agent.chat.nouns import is_alive, is_known, is_plural, plural, singular, with_article


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("dog", "dogs"),
        ("bus", "buses"),
        ("glass of wine", "glass of wines"),
        ("box", "boxes"),
        ("bench", "benches"),
        ("person", "people"),
        ("woman", "women"),
        ("policeman", "policemen"),
        ("human", "humans"),
        ("child", "children"),
        ("baby", "babies"),
        ("toy", "toys"),
        ("knife", "knives"),
        ("shoe", "shoes"),
        ("movie", "movies"),
        ("small red car", "small red cars"),
    ],
)
def test_singular_and_plural_are_each_others_opposite(one: str, many: str) -> None:
    assert (plural(one), singular(many)) == (many, one)
    assert (plural(many), singular(one)) == (many, one)
    assert (is_plural(one), is_plural(many)) == (False, True)


@pytest.mark.parametrize("noun", ["sheep", "scissors", "fish"])
def test_nouns_that_are_alike_stay_so(noun: str) -> None:
    assert (plural(noun), singular(noun)) == (noun, noun)


@pytest.mark.parametrize(
    ("noun", "said"), [("dog", "a dog"), ("apple", "an apple"), ("unicorn", "a unicorn")]
)
def test_articles(noun: str, said: str) -> None:
    assert with_article(noun) == said


def test_the_lexicon_tells_what_is_alive_from_things() -> None:
    assert all(map(is_alive, ("woman", "skiers", "old man", "people", "puppies", "animal")))
    assert not any(map(is_alive, ("bench", "cars", "qwertz")))
    assert is_known("cats")
    assert not is_known("qwertz")

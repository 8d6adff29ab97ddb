"""Requests to edit a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .attributes import thing
from .drafts import Draft, guarded
from .noun_phrases import NounPhrase
from .requests import Drawn, Family, Source

EMOJI = {
    "smiley": "smiling_face_with_smiling_eyes",
    "smiling": "smiling_face_with_smiling_eyes",
    "smiley face": "smiling_face_with_smiling_eyes",
    "happy": "grinning_face",
    "grinning": "grinning_face",
    "laughing": "face_with_tears_of_joy",
    "sunglasses": "smiling_face_with_sunglasses",
    "cool": "smiling_face_with_sunglasses",
    "winking": "winking_face",
    "crying": "crying_face",
    "sad": "crying_face",
    "angry": "angry_face",
    "thinking": "thinking_face",
    "sleeping": "sleeping_face",
    "neutral": "neutral_face",
    "kissing": "kissing_face",
    "clown": "clown_face",
    "robot": "robot",
    "ghost": "ghost",
    "alien": "alien",
    "skull": "skull",
    "heart": "red_heart",
    "star": "star",
    "fire": "fire",
    "monkey": "monkey_face",
    "cat face": "cat_face",
    "dog face": "dog_face",
    "unicorn": "unicorn",
    "party": "partying_face",
    "nerd": "nerd_face",
    "devil": "smiling_face_with_horns",
    "poop": "pile_of_poo",
}
"""Words for emoji, and the names that the tool knows them by."""

FACE_EMOJI = "smiling_face_with_smiling_eyes"
"""What covers faces when no emoji is named."""

EDITS = ("blur_but", "blur", "grey_but", "remove", "tag", "emoji")
"""The groups of phrasings of edits that a request may join or make depend on something."""

TOOLS = {"blur_but": "blur_background", "grey_but": "color_pop"}
"""The tool of a group, where it isn't called like the group."""

SIDES_OF = {
    "crop_left_of": ("to the left of", "left of", "on the left of"),
    "crop_right_of": ("to the right of", "right of", "on the right of"),
    "crop_above": ("above", "over"),
    "crop_below": ("below", "under", "beneath"),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of the things that a phrase means.

    Args:
        words: the request.
        phrase: the things, and `plural` whether the request has them in the plural.
        call: the edit of a picture and regions, as an expression.
        second: more things, edited in the same way.
    """

    words: str
    phrase: NounPhrase
    plural: bool
    call: Callable[[str, str], str]
    second: NounPhrase | None = None

    def regions(self, draft: Draft, image: str = "image") -> str:
        """Writes what picks the things."""
        found = self.phrase.statements(draft, plural=self.plural, image=image)
        if self.second is None:
            return found
        other = self.second.statements(draft, plural=self.plural, image=image)
        return draft.assign(f"{found} + {other}")

    @property
    def what(self) -> str:
        """What there is none of, when it finds nothing."""
        if self.second is not None:
            return f"{self.phrase.noun.singular} or {self.second.noun.singular}"
        return self.phrase.noun.plural if self.plural else self.phrase.noun.singular


def call(tool: str, *more: str) -> Callable[[str, str], str]:
    """The call of an edit, with what comes after picture and regions."""
    return lambda image, regions: f"{tool}({', '.join((image, regions, *more))})"


def several_or_one(source: Source) -> tuple[NounPhrase, bool, str]:
    """Things to edit: the phrase, whether it is in the plural, and its words."""
    if source.chance(0.45):
        phrase = source.phrases.draw(source.random)
        said = source.random.choice(
            ("the {}", "all {}", "all the {}", "{}", "the {}", "every {n}", "these {}")
        )
        plural = "{n}" not in said
        return phrase, plural, said.format(phrase.ns, n=phrase.n)
    phrase = thing(source)
    said = source.random.choice(("the {}", "the {}", "the {}", "that {}", "the {}", "my {}"))
    return phrase, False, said.format(phrase.n)


def edit(source: Source, kinds: tuple[str, ...] = ()) -> Edit:
    """An edit of some things."""
    group = source.random.choice(kinds or EDITS)
    phrase, plural, said = several_or_one(source)
    second = None
    if group in ("blur_but", "blur", "grey_but", "remove") and not plural and source.chance(0.15):
        second = source.phrases.plain(source.random)
        said = f"the {phrase.n} and the {second.n}"
    emoji = source.random.choice(list(EMOJI))
    slots = phrase.slots() | {"thing": said, "emoji_words": emoji}
    words = source.words("edits", group, slots)
    plural = phrase.said_in(words)
    tool = TOOLS.get(group, group)
    more = (f"'{EMOJI[emoji]}'",) if group == "emoji" else ()
    return Edit(words, phrase, plural, call(tool, *more), second)


def _single(source: Source, group: str) -> Drawn:
    one = edit(source, (group,))
    draft = Draft()
    found = one.regions(draft)
    question = one.words.startswith(("where", "which", "can", "could", "at which"))
    program = draft.program(guarded(one.call("image", found), found, one.what))
    return Drawn(one.words, program, question)


def _chain(source: Source) -> Drawn:
    groups = source.random.sample(EDITS, 2)
    first, second = edit(source, (groups[0],)), edit(source, (groups[1],))
    slots = {"first": first.words, "second": second.words}
    draft = Draft()
    a = first.regions(draft)
    b = second.regions(draft)
    value = second.call(first.call("image", a), b)
    test = f"exists({a})" if a == b else f"exists({a}) and exists({b})"
    program = draft.program(f"{value} if {test} else 'not everything found'")
    return Drawn(source.words("joined", "then_edit", slots), program, question=False)


def _main_thing(source: Source) -> Drawn:
    draft = Draft()
    found = draft.select(draft.assign("list_objects(image)"), "largest")
    program = draft.program(guarded(f"blur_background(image, {found})", found, "objects"))
    return Drawn(source.words("edits", "blur_background", {}), program, question=False)


def _everything(source: Source, group: str, tool: str) -> Drawn:
    draft = Draft()
    found = draft.assign("list_objects(image)")
    program = draft.program(guarded(f"{tool}(image, {found})", found, "objects"))
    return Drawn(source.words("edits", group, {}), program, question=False)


def _mark(source: Source) -> Drawn:
    phrase = source.phrases.draw(source.random)
    words = source.words("edits", "mark", phrase.slots())
    plural = phrase.said_in(words)
    draft = Draft()
    found = phrase.statements(draft, plural=plural)
    what = phrase.noun.plural if plural else phrase.noun.singular
    return Drawn(
        words, draft.program(guarded(f"mark(image, {found})", found, what)), question=False
    )


def _crop(source: Source) -> Drawn:
    phrase = thing(source)
    words = source.words("edits", "crop", phrase.slots())
    draft = Draft()
    found = phrase.statements(draft, plural=False)
    program = draft.program(guarded(f"crop(image, {found})", found, phrase.noun.singular))
    return Drawn(words, program, question=False)


def _crop_side(source: Source) -> Drawn:
    phrase = source.phrases.plain(source.random)
    tool = source.random.choice(list(SIDES_OF))
    side = source.random.choice(SIDES_OF[tool])
    words = source.words("edits", "crop_side", phrase.slots() | {"side": side})
    draft = Draft()
    found = phrase.statements(draft, plural=False)
    program = draft.program(guarded(f"{tool}(image, {found})", found, phrase.noun.singular))
    return Drawn(words, program, question=False)


def _crop_half(source: Source) -> Drawn:
    side, said = source.random.choice(
        (
            ("left", "left"),
            ("right", "right"),
            ("top", "top"),
            ("top", "upper"),
            ("bottom", "bottom"),
            ("bottom", "lower"),
        )
    )
    words = source.words("edits", "crop_half", {"half": said})
    return Drawn(words, Draft().program(f"crop(image, half(image, '{side}'))"), question=False)


FAMILIES = (
    Family("blur background", 2, _main_thing),
    Family("blur background", 3, partial(_single, group="blur_but")),
    Family("blur", 2.5, partial(_single, group="blur")),
    Family("colour pop", 3, partial(_single, group="grey_but")),
    Family("remove", 2.5, partial(_single, group="remove")),
    Family("emoji", 2, partial(_single, group="emoji")),
    Family("locate", 5, partial(_single, group="tag")),
    Family("locate", 0.7, partial(_everything, group="tag_all", tool="tag")),
    Family("number", 1.2, _mark),
    Family("number", 0.3, partial(_everything, group="mark_all", tool="mark")),
    Family("crop", 2.8, _crop),
    Family("crop", 0.7, _crop_side),
    Family("crop", 0.5, _crop_half),
    Family("several edits", 4, _chain),
)

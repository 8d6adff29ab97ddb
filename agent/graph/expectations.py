"""What kind of answer a request wants, told by its first words; English only, and rather nothing
than wrong: a request that is not understood may have any answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

from ...tools.values import DepthMap, Image, Region

Kind = Literal["number", "truth", "text", "words", "picture", "any"]

WANTED = {
    "number": "the request asks how many: answer with a number, or a sentence that has one",
    "truth": "the request is a question of yes or no: answer with True or False",
    "text": "the request asks what is written: answer with the text",
    "words": "the request asks what, who, why or how: answer in words",
    "picture": "the request asks for an edit: answer with the edited picture",
}
"""What to say about an answer of another kind."""

_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|please|now|so|ok|okay|and|then|kindly|just)\b[\s,!.]*"
    r"|(?:can|could|would|will) you\s+(?:please\s+)?(?:tell me\s+|say\s+|check\s+)?"
    r"|i(?:'d| would) like (?:you )?to\s+|i want (?:you )?to\s+|(?:tell|show) me\s+)+"
)
_NUMBER = re.compile(r"^(?:how many|count\b|what(?:'s| is) the number of|the number of)")
_TRUTH = re.compile(
    r"^(?:if |whether )?(?:is|are|was|were|does|do|did|has|have|there (?:is|are)"
    r"|(?:can (?:i|we|one) )?(?:see|spot) (?:any|an?|some))\s(?!not\b)"
)
_CHOICE = re.compile(r"\bor\b")
_TEXT = re.compile(
    r"^(?:read\b|transcribe\b|what (?:text|words?)\b|what (?:does|do) .*\b(?:say|read)\b"
    r"|what(?:'s| is) (?:written|the text)\b)"
)
_WORDS = re.compile(
    r"^(?!what(?:'s| is| are) (?:this|that|these|those|it)\b)"
    r"(?:who|whose|why|when|how (?:is|are|does|do|did)|what(?:'s| is| are| was| were| kind| type"
    r"| sport| colou?r| shape| time| brand| animal| pattern| material| room))\b"
    r"(?!.*\b(?:look like|would|largest|smallest)\b)"
)
_PICTURE = re.compile(
    r"^(?:blur|pixelate|anonymi[sz]e|remove|erase|delete|get rid of|hide|cover|censor|crop|cut out"
    r"|replace|swap|highlight|tag|outline|desaturate|turn|make the|colou?r pop"
    r"|(?:put|add|place|draw|stick)\b.*\b(?:emoji|box|boxes|number|numbers|label|labels)\b)\b"
)
_TWO_PARTS = re.compile(r",? and (?:what|how|is|are|where|which|who)\b|\?.+\?")
_DECLINE = re.compile(
    r"\bno tool\b|\b(?:can't|can’t|cannot|can not|unable to|not able to|don't have|do not have)\b"
)
_NUMERAL = re.compile(
    r"\d|\b(?:no|none|nobody|nothing|zero|an?|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|dozen|both|several|single|only)\b"
)


def wanted(request: str) -> Kind:
    """The kind of answer that a request wants."""
    text = _POLITE.sub("", " ".join(request.lower().split()))
    if _TWO_PARTS.search(text):
        return "any"
    if _NUMBER.match(text):
        return "number"
    if _TRUTH.match(text):
        return "any" if _CHOICE.search(text) else "truth"
    if _TEXT.match(text):
        return "text"
    if _PICTURE.match(text):
        return "picture"
    return "words" if _WORDS.match(text) else "any"


def fits(kind: Kind, answer: object) -> bool:
    """Whether an answer can be of a kind; each item of a list must."""
    if kind == "any":
        return True
    if isinstance(answer, (list, tuple)):
        return all(fits(kind, one) for one in cast("Sequence[object]", answer))
    if isinstance(answer, str):
        return _text_fits(kind, answer.lower())
    match kind:
        case "number":
            return isinstance(answer, (int, float)) and not isinstance(answer, bool)
        case "truth":
            return isinstance(answer, bool)
        case "text":
            return not isinstance(answer, (bool, Image, Region, DepthMap)) and answer is not None
        case "words":
            return not isinstance(answer, (bool, Image, DepthMap))
        case "picture":
            return isinstance(answer, Image)


def declines(answer: object) -> bool:
    """Whether an answer says that the request can't be served: no rule holds that against it."""
    return isinstance(answer, str) and _DECLINE.search(answer.lower()) is not None


def _text_fits(kind: Kind, text: str) -> bool:
    match kind:
        case "number":
            return _NUMERAL.search(text) is not None
        case "truth":
            # A sentence may say it in many ways; a bare number or name doesn't.
            return len(text.split()) > 1 or text.strip(".! ") in ("yes", "no")
        case _:
            return kind != "picture"

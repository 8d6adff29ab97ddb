"""Messages that leave out what was just said: "and the cats?", "where?", "and on the left?".

The last request is asked again with one part of it changed, so it must be known which part: the
thing that it was about, the place, or the superlative. Where that can't be told, the person is
asked for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .meaning import Understood, incomplete, unclear
from .nouns import is_known, is_plural, plural, singular, with_article, words
from .references import PICTURE_WORDS, References
from .topic import EarlierTurn, Mention, Topic

LEAD = re.compile(
    r"^(?:(?:and|so|now|then|ok|okay|also|but|well|hmm)[, ]+)*"
    r"(?:what about|how about|same (?:thing )?(?:for|with)"
    r"|(?:and )?(?:please )?do the same (?:thing )?(?:for|to|with))\s+",
    re.IGNORECASE,
)
_AND = re.compile(r"^(?:(?:and|or|now|then|also|ok|okay)[, ]+)+", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:,?\s+(?:too|as well|then|instead|also|please|now))*\s*[?.!]*$", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:on|in|at|to) (?:the )?(?:left|right|top|bottom|middle|cent(?:er|re)|background"
    r"|foreground|upper|lower|left|right)(?: (?:half|side|part|corner|picture|photo|image))?\b"
)
_ORDERS = words(
    "leftmost rightmost topmost bottommost largest smallest tallest shortest widest biggest second"
    " third fourth fifth last first left right middle highest lowest narrowest"
)
_NOUN_PHRASE = re.compile(
    r"^(?:(?:the|an?|any|some|all|all the|my|his|her|their)\s+)?(?:[a-z-]+\s+){0,3}[a-z-]+$"
)
_VERBS = words(
    "is are was were do does did has have had can could will would should may might must blur"
    " remove crop cut hide tag label mark put add find show count read make turn draw keep delete"
    " erase get tell give say take replace swap highlight see look which what where who how when"
    " why there color colour undo save"
)
_AGAIN = re.compile(
    r"^(?:(?:do|ask) (?:that|it|this) )?(?:once )?again[.!?]*$|^repeat(?: that)?[.!?]*$"
)
_WORDS_OF_QUESTIONS: Sequence[tuple[re.Pattern[str], Callable[[str, str], str]]] = (
    (re.compile(r"^(?:and )?where(?: (?:exactly|is that))?[?!. ]*$"),
     lambda what, verb: f"where {verb} {what}?"),
    (re.compile(r"^(?:and )?(?:which|who)(?: ones?)?(?: exactly)?[?!. ]*$"),
     lambda what, verb: f"where {verb} {what}?"),
    (re.compile(r"^(?:and )?(?:what|which) colou?rs?[?!. ]*$"),
     lambda what, verb: f"what color {verb} {what}?"),
    (re.compile(r"^(?:and )?how (big|large|tall|wide)[?!. ]*$"),
     lambda what, verb: f"how big {verb} {what}?"),
)  # fmt: skip
_HOW_MANY = re.compile(r"^(?:and )?how many(?: exactly)?[?!. ]*$")


def completed(message: str, topic: Topic) -> Understood | None:
    """A message that leaves something out, in full; None when it leaves out nothing.

    Raises:
        AskFirstError: it can't be told how it goes on.
    """
    low, last = message.lower(), topic.last
    if last is None:
        return None
    if _AGAIN.match(low):
        return Understood(last.request)
    asked = _asked_by_one_word(low, topic)
    if asked is not None:
        return asked
    rest = _rest(message)
    if rest is None:
        return None
    return _changed(rest, last, topic)


def _asked_by_one_word(low: str, topic: Topic) -> Understood | None:
    """ "where?", "how many?", "what color?"."""
    mentions = next(iter(topic.recent()), ())
    if _HOW_MANY.match(low):
        if len(mentions) != 1:
            raise unclear("how many", [one.all for one in mentions])
        noun = plural(mentions[0].noun)
        known = {noun: mentions[0].value} if mentions[0].value else {}
        return Understood(f"how many {noun} are there?", known=known)
    for pattern, request in _WORDS_OF_QUESTIONS:
        if not pattern.match(low):
            continue
        if not mentions:
            raise unclear(low.strip(" ?!."))
        several = len(mentions) > 1 or (mentions[0].found or 1) > 1
        word = "they" if several else "it"
        meant = References(word, topic).resolved()
        return Understood(request(meant.request, "are" if several else "is"), known=meant.known)
    return None


def _rest(message: str) -> str | None:
    """What a message changes about the last request, in small letters; None when it is whole."""
    bare = _TAIL.sub("", message)
    led = LEAD.sub("", bare)
    rest = _AND.sub("", led) if led == bare else led
    said = rest.lower().split()
    if not said or len(said) > 6:
        return None
    if led != bare:
        return rest.lower()
    if any(one.strip(",'’s") in _VERBS for one in said):
        return None
    # Without "what about", only a short phrase is less than a request of its own.
    started = rest != bare or message.rstrip().endswith("?") or _TAIL.sub("", message) != message
    fragment = _PLACE.fullmatch(rest.lower()) or _NOUN_PHRASE.match(rest.lower())
    return rest.lower() if started and fragment else None


def _changed(rest: str, last: EarlierTurn, topic: Topic) -> Understood | None:
    """The last request with `rest` in place of what it replaces."""
    request = last.request
    if _PLACE.fullmatch(rest):
        return Understood(_with_place(request, rest))
    if rest in ("them", "it", "that", "those", "these", "this", "him", "her", "he", "she", "they"):
        raise incomplete(rest)
    if re.match(r"(?:the )?(?:others|rest|other \w+)$|every(?:one|body) else$", rest):
        meant = References(f"the {rest}" if not rest.startswith(("the", "every")) else rest, topic)
        others = meant.resolved()
        asked = others.request
        return Understood(
            _with_noun(request, last, asked), _with_noun(request, last, others.words), others.known
        )
    order = re.fullmatch(r"(?:the )?(\w+)(?: ones?)?", rest)
    if order is not None and (order[1] in _ORDERS or order[1].endswith("est")):
        return _with_order(request, last, order[1])
    one = re.fullmatch(r"(?:the )?((?:\w+ )+)ones?", rest)
    if one is not None and last.mentions:
        each = _subject(last)
        noun = plural(each.noun) if rest.endswith("ones") else singular(each.noun)
        known = {noun: each.every or each.value} if each.every or each.value else {}
        return Understood(_with_noun(request, last, f"the {one[1]}{noun}"), known=known)
    if rest.split()[-1] in PICTURE_WORDS:
        return None
    if not is_known(rest.split()[-1]) and not re.match(r"(?:the|an?|any|some|all)\s", rest):
        return None
    return Understood(_with_noun(request, last, rest))


def _subject(last: EarlierTurn) -> Mention:
    major = [one for one in last.mentions if not one.minor] or list(last.mentions)
    return major[0]


def _with_place(request: str, place: str) -> str:
    """A request about another place."""
    if _PLACE.search(request.lower()):
        return _PLACE.sub(place, request.lower())
    bare = request.rstrip(" ?.!")
    return f"{bare} {place}{request[len(bare) :].strip()}"


def _with_order(request: str, last: EarlierTurn, order: str) -> Understood:
    """A request with another superlative: "which dog is the largest?" for the smallest."""
    if last.mentions:
        each = _subject(last)
        noun = singular(each.noun)
        known = {noun: each.every or each.value} if each.every or each.value else {}
    else:
        known = {}
    said = re.findall(r"[a-z]+", request.lower())
    before = next((one for one in said if one in _ORDERS or one.endswith("est")), None)
    if before is not None:
        return Understood(re.sub(rf"\b{before}\b", order, request.lower()), known=known)
    if not last.mentions:
        raise incomplete(f"the {order}")
    return Understood(
        _with_noun(request, last, f"the {order} {singular(_subject(last).noun)}"), known=known
    )


def _with_noun(request: str, last: EarlierTurn, phrase: str) -> str:
    """A request about something else.

    Raises:
        AskFirstError: it can't be told what it was about.
    """
    low = request.lower()
    found = [one for one in last.mentions if not one.minor and one.noun in low] or [
        one for one in last.mentions if one.noun in low
    ]
    if not found:
        raise incomplete(phrase)
    start = min(low.index(one.noun) for one in found)
    end = max(low.index(one.noun) + len(one.noun) for one in found)
    determiner = _determiner(low[:start])
    start -= len(determiner)
    word = determiner.split()[0] if determiner else ""
    new = _fitted(phrase, word, is_plural(found[0].noun))
    changed = f"{low[:start]}{new}{low[end:]}"
    return _agreeing(changed, new)


def _determiner(before: str) -> str:
    """The article, and the adjectives after it, that end what stands before a noun."""
    found = re.search(
        r"\b(?:the|an?|any|all the|all|some|both)\s+"
        r"(?:(?!is\b|are\b|of\b|in\b|on\b)[a-z-]+\s+){0,2}$",
        before,
    )
    return found[0] if found else ""


def _fitted(phrase: str, determiner: str, several: bool) -> str:
    """A noun phrase with the article and in the number that the old one had."""
    own = re.match(r"(?:the|an?|any|all|some|my|his|her|their)\s", phrase)
    bare = phrase[own.end() :] if own else phrase
    if determiner in ("a", "an"):
        return with_article(singular(bare))
    if determiner in ("any", "all", "some", "both"):
        return f"{determiner} {plural(bare)}"
    if determiner == "the" or not several:
        return phrase if own else f"the {phrase}"
    return plural(bare) if own is None or own[0].strip() in ("the", "a", "an") else phrase


def _agreeing(request: str, phrase: str) -> str:
    """A request whose verb before the noun phrase agrees with it."""
    several = is_plural(phrase)
    wrong, right = ("is", "are") if several else ("are", "is")
    return re.sub(rf"\b{wrong} (?={re.escape(phrase)}\b)", f"{right} ", request)

"""`understand`: a message of a conversation as a request that stands on its own.

The embedded planner was taught on single requests, so what a message leaves to the conversation is
put into words before it plans. Only words of the person's own requests can come in: what a tool
read in a picture can't. Everything is by rules; see `references` and `ellipsis` for theirs, and
what they can't do. A message that needs none of them is left as it is.
"""

from __future__ import annotations

import re

from .ellipsis import completed
from .meaning import AskFirstError, Question, Understood
from .references import References
from .topic import Topic

_LEAD = re.compile(r"^(?:(?:and|ok|okay|now|then|so|also|but|well)\b[, ]+)+", re.IGNORECASE)
_REPLY = re.compile(
    r"^(?:i mean(?:t)? |it's |it is |they're |no,? )?((?:(?:the|an?|all|both|my)\s+)?"
    r"(?:[\w-]+\s+){0,4}[\w-]+)[.!]*$",
    re.IGNORECASE,
)
_NOT_A_REPLY = re.compile(
    r"^(?:how|what|where|which|who|is|are|does|do|can|could|blur|remove|crop|find|show|count|read"
    r"|make|turn|put|hide|tag|keep|undo|delete|erase|draw|label|mark)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"^the [\w ]+'s? [\w ]+\?$")
"""What is left of "and its size?"."""
_ALL = re.compile(r"^(?:both|all|all of them|both of them)[.!]*$", re.IGNORECASE)


def understand(message: str, topic: Topic) -> Understood | Question:
    """What a message asks for, in full, or what must be asked first.

    Args:
        message: the person's words.
        topic: what was said so far.
    """
    text = " ".join(message.split())
    try:
        whole = completed(text, topic)
        if whole is not None:
            return whole
        meant = References(text, topic).resolved()
    except AskFirstError as error:
        return error.question
    if meant.request == text:
        # "and is there a dog?" is a request of its own: the planner doesn't need the "and".
        led = _LEAD.sub("", text)
        return Understood(led or text)
    request, shown = (_LEAD.sub("", one) for one in (meant.request, meant.shown))
    if _OWN.match(request):
        request = f"what is {request}"
    return Understood(request, shown, meant.known)


def replied(said: str, word: str, options: list[str], reply: str) -> str | None:
    """A message with the answer to a question about one of its words put in.

    Args:
        said: the message.
        word: the word that was asked about.
        options: what it may mean.
        reply: the answer.

    Returns:
        The message; None when the reply is no answer but another message.
    """
    text = " ".join(reply.split())
    if _ALL.match(text) and options:
        phrase = " and ".join(options)
    elif text.isdecimal() and 1 <= int(text) <= len(options):
        phrase = options[int(text) - 1]
    elif (found := _REPLY.match(text)) is not None and not _NOT_A_REPLY.match(text):
        phrase = found[1]
        if not re.match(r"(?:the|an?|all|both|my)\s", phrase, re.IGNORECASE):
            phrase = f"the {phrase}"
    else:
        return None
    pattern = rf"\b{re.escape(word)}\b"
    return re.sub(pattern, lambda _: phrase, said, count=1, flags=re.IGNORECASE)

"""The table of all diagnostic codes: what each means, an example, and what to do.

The language reference is made from it, and tests keep it complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """What a diagnostic code means.

    Args:
        code: the code, which stays the same.
        severity: an "error" keeps a program from running, or ends it; a "warning" doesn't.
        at_run: it can be found only while the program runs.
        title: the code in a few words.
        explanation: what is wrong.
        remedy: what to do.
        example: a program that has it; empty when such a program would be too long to show.
    """

    code: str
    severity: Severity
    at_run: bool
    title: str
    explanation: str
    remedy: str
    example: str = ""


def _check(code: str, title: str, explanation: str, remedy: str, example: str = "") -> Code:
    return Code(code, "error", False, title, explanation, remedy, example)


def _warning(code: str, title: str, explanation: str, remedy: str, example: str = "") -> Code:
    return Code(code, "warning", False, title, explanation, remedy, example)


def _run(code: str, title: str, explanation: str, remedy: str, example: str = "") -> Code:
    return Code(code, "error", True, title, explanation, remedy, example)


_CODES = (
    _check(
        "syntax",
        "The program can't be parsed",
        "Words, brackets or quotes don't go together as they do in Python.",
        "Correct the place that is underlined; write \\' for an apostrophe inside '...'.",
        "answer = (1 +",
    ),
    _check(
        "bad-character",
        "A character that can't be in a program",
        "Control characters, invisible characters, characters that change the direction "
        "of writing, and halves of character pairs would make a program look like another"
        " one.",
        "Delete the character.",
    ),
    _check(
        "too-large",
        "The program is too large",
        "A source has at most 64 kB and 10,000 parts.",
        "Split it into several programs.",
    ),
    _check(
        "too-deep",
        "Nested or chained too deeply",
        "Brackets, blocks and chains of operators have a limit, so that reading a program"
        " can't exhaust memory.",
        "Assign inner parts to names first.",
    ),
    _check(
        "too-complex",
        "The program is too complex to check",
        "Types are followed through loops until they settle; very many nested loops take too long.",
        "Nest fewer loops.",
    ),
    _check(
        "unsupported-syntax",
        "A construct that is not in the language",
        "Programs have assignments, calls, literals, arithmetic, comparisons, conditions,"
        " if, for, list comprehensions, indexes and attributes; nothing else of Python.",
        "Write it with those; the suggestion says how.",
        "import os\nanswer = 1",
    ),
    _check(
        "method-call",
        "A method is called",
        "Values have attributes, but no methods; only tools and functions can be called.",
        "Call the function: upper(text).",
        "answer = 'a cat'.upper()",
    ),
    _check(
        "private-name",
        "A name starts with an underscore",
        "Such names are Python's own inner workings, which programs can't reach.",
        "Choose a name that starts with a letter.",
        "answer = image.__class__",
    ),
    _check(
        "unusual-name",
        "A name has letters outside a-z",
        "Letters that look alike would make two names look like one.",
        "Write names with a-z, digits and underscores.",
        "bílý = 1\nanswer = bílý",
    ),
    _check(
        "misplaced-result",
        "result(...) is used wrongly",
        "result takes one value and stands on a line of its own.",
        "Write result(value), or answer = value.",
        "answer = 1 + result(2)",
    ),
    _check(
        "bad-format",
        "A format that f-strings don't have",
        "A format gives the width, commas and precision of a number.",
        "Write {x:.2f}, {x:5d}, {x:,d} or {x:.0%}.",
        'answer = f"{image.width:>{9}}"',
    ),
    _check(
        "bad-template",
        "EVAL is used wrongly",
        "EVAL takes one expression in quotes, in which names stand in braces.",
        'Write EVAL(expr="{NAME} > 2").',
        "A=COUNT(box=LOC(image=IMAGE,object='cat'))\nB=EVAL(expr=\"A > 2\")\nC=RESULT(var=B)",
    ),
    _check(
        "undefined-name",
        "A name that doesn't exist",
        "The name is neither an input nor assigned before.",
        "Use the name that was assigned, or assign it first.",
        "dogs = find(image, 'dog')\nanswer = count(dog)",
    ),
    _check(
        "may-be-unassigned",
        "A name that may not be assigned",
        "It is assigned only in one branch of an if, or only in a loop that may not run.",
        "Assign it before, or on every path.",
        "for dog in find(image, 'dog'):\n    best = dog\nanswer = best.label",
    ),
    _check(
        "unknown-tool",
        "A tool that doesn't exist",
        "Neither a tool nor a function has this name.",
        "Use a tool that is offered; the suggestion names the nearest.",
        "answer = count(detect(image, 'dog'))",
    ),
    _check(
        "not-offered",
        "A tool that this profile doesn't serve",
        "The tool exists, but no backend of the profile serves it.",
        "Use another profile, or other tools.",
        "answer = depth(image).width",
    ),
    _check(
        "not-a-tool",
        "A value is called",
        "The name is bound to a value, and values can't be called.",
        "Leave the brackets out, or write [0] for an item.",
        "dogs = find(image, 'dog')\nanswer = dogs(0)",
    ),
    _check(
        "tool-as-value",
        "A tool is used as a value",
        "Tools can be called, but not assigned or passed on.",
        "Call it.",
        "answer = count",
    ),
    _check(
        "shadows-tool",
        "A name of a tool is assigned",
        "A tool's or function's name always means that tool or function.",
        "Choose another name.",
        "count = 3\nanswer = count",
    ),
    _check(
        "shadows-input",
        "An input is assigned",
        "An input's name always means that input.",
        "Choose another name.",
        "image = crop(image, [])\nanswer = image.width",
    ),
    _check(
        "unknown-argument",
        "An argument that the tool doesn't have",
        "No parameter has this name.",
        "Use the parameter's name.",
        "answer = count(find(image, querry='dog'))",
    ),
    _check(
        "too-many-arguments",
        "Too many arguments",
        "The call has more arguments than the tool has parameters.",
        "Leave some out.",
        "answer = count(find(image, 'dog', 3))",
    ),
    _check(
        "duplicate-argument",
        "An argument is given twice",
        "Two arguments are for the same parameter.",
        "Leave one of them out.",
        "answer = count(find(image, 'dog', query='cat'))",
    ),
    _check(
        "missing-argument",
        "An argument is missing",
        "A parameter without a default is not given.",
        "Add it.",
        "answer = count(find(image))",
    ),
    _check(
        "wrong-type",
        "An argument of the wrong type",
        "The parameter doesn't accept values of this type.",
        "Give a value of the type that the message names.",
        "answer = count(image)",
    ),
    _check(
        "wrong-choice",
        "A word that the parameter doesn't know",
        "The parameter accepts certain words only.",
        "Use one of the words in the message.",
        "answer = half(image, 'middle').width",
    ),
    _check(
        "unknown-attribute",
        "An attribute that the value doesn't have",
        "Values have the attributes in the reference only.",
        "Use one of its attributes; of a list, take an item first.",
        "answer = find(image, 'dog')[0].name",
    ),
    _check(
        "not-a-list",
        "A list is needed",
        "Only a list can be looped over, and only lists and texts have items.",
        "Give a list.",
        "answer = [side for side in image]",
    ),
    _check(
        "bad-index",
        "An index that is no whole number",
        "Items are numbered with ints.",
        "Write an int, or int(...).",
        "answer = find(image, 'dog')['first'].label",
    ),
    _check(
        "bad-operands",
        "An operator between values that don't have it",
        "Arithmetic is for numbers; + also joins two texts or two lists.",
        "Write an f-string, or convert one side.",
        "answer = 'dogs: ' + 3",
    ),
    _check(
        "bad-comparison",
        "A comparison that isn't possible",
        "Only numbers, or two texts, have an order; in looks into lists and texts.",
        "Compare values of the same kind.",
        "answer = image.width < 'wide'",
    ),
    _check(
        "never-equal",
        "A comparison that never holds",
        "Values of these two types are never equal.",
        "Compare values of the same kind.",
        "answer = color_of(image) == 3",
    ),
    _check(
        "growing-type",
        "A type that grows without end",
        "A loop puts a list into a list in each round, or a value has very many types.",
        "Keep values of one type in a flat list.",
        "nest = []\nfor i in range(9):\n    nest = [nest]\nanswer = len(nest)",
    ),
    _check(
        "no-answer",
        "The program gives no answer",
        "Nothing is assigned to answer.",
        "End with answer = ...",
        "dogs = find(image, 'dog')\nx = count(dogs)",
    ),
    _warning(
        "unused-name",
        "A name that is never used",
        "It is assigned, and nothing reads it.",
        "Use it, or leave the line out.",
        "dogs = find(image, 'dog')\nanswer = image.width",
    ),
    _warning(
        "unused-result",
        "A result that is never used",
        "The line computes a value that goes nowhere.",
        "Assign it, or leave the line out.",
        "find(image, 'dog')\nanswer = 1",
    ),
    _warning(
        "text-condition",
        "A text as a condition",
        "Every text but the empty one counts as true, even 'no'.",
        "Compare it: text == 'yes'.",
        "answer = 1 if color_of(image) else 2",
    ),
    _warning(
        "constant-condition",
        "A condition that is always the same",
        "A literal, or a value that always counts as true.",
        "Compare something that can vary.",
        "answer = 1 if image else 2",
    ),
    _warning(
        "unreachable",
        "A part that never runs",
        "A loop over nothing.",
        "Leave it out.",
        "answer = 1\nfor x in []:\n    answer = 2",
    ),
    _run(
        "index-out-of-range",
        "No such item",
        "The list or text has fewer items than the index says.",
        "Test with len or exists first.",
        "answer = [1, 2][image.width]",
    ),
    _run(
        "division-by-zero",
        "Division by zero",
        "The right side of /, //, % or a negative ** was 0.",
        "Test for zero first.",
        "answer = 1 / (image.width - image.width)",
    ),
    _check(
        "number-too-large",
        "A number that is too large",
        "A whole number of more than 4,096 bits, or a number beyond the range of float.",
        "Use smaller numbers.",
        "answer = 9 ** 9 ** 9",
    ),
    _run(
        "not-a-number",
        "Not a number",
        "A text was read as a number but isn't one, or a result is no real number.",
        "Test what a tool says before computing with it.",
        "answer = int('twelve')",
    ),
    _run(
        "empty-list",
        "The list is empty",
        "min and max need at least one value.",
        "Test the list first.",
        "answer = max([x for x in [1] if x > 1])",
    ),
    _run(
        "empty-separator",
        "The separator is empty",
        "split needs to know where to cut.",
        "Give a separator.",
        "answer = split('a b', '')",
    ),
    _run(
        "zero-step",
        "A step of 0",
        "range and slices go on by a step that isn't 0.",
        "Use 1, or -1 to go backwards.",
        "answer = range(0, 9, 0)",
    ),
    _run(
        "lengths-differ",
        "Two lists of different lengths",
        "sorted_by needs one key for each item.",
        "Make the keys from the items.",
        "answer = sorted_by([1, 2], [1])",
    ),
    _run(
        "out-of-fuel",
        "Too much computing",
        "The program computed more parts than its budget allows.",
        "Loop over fewer things.",
        "n = 0\nfor a in range(1000):\n    for b in range(1000):\n        n = n + 1\nanswer = n",
    ),
    _run(
        "out-of-elements",
        "Lists too long",
        "All lists together have more items than the budget allows.",
        "Make shorter lists.",
        "answer = len(range(10 ** 9))",
    ),
    _run(
        "out-of-characters",
        "Texts too long",
        "All texts together have more characters than the budget allows.",
        "Make shorter texts.",
        "text = 'ha'\nfor i in range(99):\n    text = text + text\nanswer = text",
    ),
    _run(
        "out-of-steps",
        "Too many steps",
        "The program called tools more often than its budget allows.",
        "Call tools for fewer regions.",
        "answer = [half(image, 'left') for i in range(999)]",
    ),
    _run(
        "out-of-time",
        "Out of time",
        "The run took longer than its budget allows.",
        "Use fewer or faster steps, or allow more time.",
    ),
    _run(
        "unchecked",
        "The program did not pass its check",
        "It was run in spite of an error, and came to the place.",
        "Check it, and run it only when the check is ok.",
    ),
)

CODES: Mapping[str, Code] = MappingProxyType({one.code: one for one in _CODES})
"""All codes, in the order of the reference."""

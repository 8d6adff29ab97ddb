"""What can be found only while a program runs: code, title and so on; see `Code`."""

from __future__ import annotations

RUN_CODES = (
    (
        "index-out-of-range",
        "No such item",
        "The list or text has fewer items than the index says.",
        "Test with len or exists first.",
        "answer = [1, 2][image.width]",
    ),
    (
        "division-by-zero",
        "Division by zero",
        "The right side of /, //, % or a negative ** was 0.",
        "Test for zero first.",
        "answer = 1 / (image.width - image.width)",
    ),
    (
        "number-too-large",
        "A number that is too large",
        "It has more than 4,096 bits, or is beyond the range of float.",
        "Use smaller numbers.",
        "answer = 9 ** 9 ** 9",
    ),
    (
        "not-a-number",
        "Not a number",
        "A text that was read as a number is none, or a result is not real.",
        "Test what a tool says before computing with it.",
        "answer = int('twelve')",
    ),
    (
        "empty-list",
        "The list is empty",
        "min and max need at least one value.",
        "Test the list first.",
        "answer = max([x for x in [1] if x > 1])",
    ),
    (
        "empty-separator",
        "The separator is empty",
        "split needs to know where to cut.",
        "Give a separator.",
        "answer = split('a b', '')",
    ),
    (
        "zero-step",
        "A step of 0",
        "range and slices go on by a step that isn't 0.",
        "Use 1, or -1 to go backwards.",
        "answer = range(0, 9, 0)",
    ),
    (
        "lengths-differ",
        "Two lists of different lengths",
        "sorted_by needs one key for each item.",
        "Make the keys from the items.",
        "answer = sorted_by([1, 2], [1])",
    ),
    (
        "out-of-fuel",
        "Too much computing",
        "The program computed more parts than its budget allows.",
        "Loop over fewer things.",
        "n = 0\nfor a in range(1000):\n    for b in range(1000):\n        n = n + 1\nanswer = n",
    ),
    (
        "out-of-elements",
        "Lists too long",
        "All lists together have more items than the budget allows.",
        "Make shorter lists.",
        "answer = len(range(10 ** 9))",
    ),
    (
        "out-of-characters",
        "Texts too long",
        "All texts together have more characters than the budget allows.",
        "Make shorter texts.",
        "text = 'ha'\nfor i in range(99):\n    text = text + text\nanswer = text",
    ),
    (
        "out-of-steps",
        "Too many steps",
        "The program called tools more often than its budget allows.",
        "Call tools for fewer regions.",
        "answer = [half(image, 'left') for i in range(9999)]",
    ),
    (
        "out-of-time",
        "Out of time",
        "The run took longer than its budget allows.",
        "Use fewer or faster steps, or allow more time.",
        "",
    ),
    (
        "unchecked",
        "The program did not pass its check",
        "It was run in spite of an error, and came to the place.",
        "Check it, and run it only when the check is ok.",
        "",
    ),
)

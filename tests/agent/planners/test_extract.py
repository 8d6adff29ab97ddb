"""Finding the program in what a language model replied."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viscript.agent.planners.extract import MAX_REPLY, extract
from viscript.agent.planners.messages import fenced
from viscript.agent.planners.planner import NoProgramError

DOGS = 'dogs = find(image, "dog")\nanswer = count(dogs)\n'
CATS = 'answer = count(find(image, "cat"))\n'


def _block(source: str, language: str = "viscript", marks: str = "```") -> str:
    return f"{marks}{language}\n{source}{marks}\n"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(_block(DOGS), id="a block"),
        pytest.param(_block(DOGS, ""), id="a block without a language"),
        pytest.param(_block(DOGS, "python"), id="a block of Python"),
        pytest.param(_block(DOGS, " Python title='x.py'"), id="a block with more words"),
        pytest.param(_block(DOGS, marks="~~~~"), id="a block between tildes"),
        pytest.param(_block(DOGS).replace("\n", "\r\n"), id="lines that end as on Windows"),
        pytest.param(f"Sure! Here you go:\n\n{_block(DOGS)}\nIt counts.", id="prose around it"),
        pytest.param(f"먼저 개를 찾습니다.\n\n{_block(DOGS)}\n끝.", id="another natural language"),
        pytest.param("1. Do:\n   " + _block(DOGS).replace("\n", "\n   "), id="an indented block"),
        pytest.param(_block(DOGS).removesuffix("```\n"), id="a block that is never closed"),
        pytest.param(DOGS, id="a program and nothing else"),
        pytest.param(f"Here is the program.\n{DOGS}\nHope that helps!", id="prose, no block"),
        pytest.param(_block(">>> " + DOGS.strip().replace("\n", "\n>>> ") + "\n3\n"), id=">>>"),
        pytest.param(f"<think>\n{_block(CATS)}Hm.\n</think>\n{_block(DOGS)}", id="thoughts first"),
        pytest.param(f"{_block(DOGS)}<think>Or {_block(CATS)}", id="endless thoughts after it"),
        pytest.param(_block(CATS) + _block(CATS) + _block(DOGS), id="three programs"),
        pytest.param(_block(DOGS) + _block("answer = (\n"), id="the last one is broken"),
        pytest.param(_block(DOGS) + _block("pip install x\n", "bash"), id="a shell command after"),
        pytest.param(_block(DOGS) + _block("3\n", ""), id="the output after it"),
        pytest.param(_block(DOGS) + "```python\nanswer = 1", id="a closed one before an open one"),
        pytest.param("```python\nanswer = (\n" + _block(DOGS), id="an open one before a closed"),
        pytest.param(_block(DOGS, "javascript"), id="a program under another language's name"),
        pytest.param(_block("x = 1;\n", "js") + _block(DOGS), id="another language before it"),
        pytest.param(
            _block(json.dumps({"name": "run", "arguments": {"program": DOGS}}) + "\n", "json"),
            id="a tool call written as JSON",
        ),
        pytest.param(
            f"<tool_call>{json.dumps({'name': 'run', 'arguments': {'code': DOGS}})}</tool_call>",
            id="a tool call in tags",
        ),
        pytest.param(json.dumps({"program": DOGS}), id="bare JSON"),
        pytest.param(f"````md\n{_block(DOGS)}````\n{_block(DOGS)}", id="a block in a block"),
    ],
)
def test_the_program_is_found(reply: str) -> None:
    found = extract(reply)
    assert found.source == DOGS
    assert not found.look


def test_an_argument_of_a_tool_call_is_a_program() -> None:
    assert extract("", [{"name": "run", "args": {"program": DOGS}}]).source == DOGS
    assert extract(_block(CATS), [{"name": "run", "args": {"program": DOGS}}]).source == CATS


def test_a_program_of_the_visprog_dialect_is_found() -> None:
    source = "BOX0=LOC(image=IMAGE,object='dog')\nFINAL_RESULT=RESULT(var=BOX0)\n"
    assert extract(_block(source, "visprog")).source == source


def test_a_program_with_a_defect_is_left_to_the_checker() -> None:
    assert extract(f"So:\n{_block('answer = count(dogs')}").source == "answer = count(dogs```\n"
    assert extract(_block("import os\n") + "That's it.").source == "import os\n"


@pytest.mark.parametrize("marker", ["# look", "#look", "# LOOK at the values", "  # look\n\n"])
def test_a_last_line_asks_to_look(marker: str) -> None:
    found = extract(_block(f"{DOGS}{marker}\n"))
    assert found.look
    assert found.source == DOGS


@pytest.mark.parametrize("line", ["# looking good", "# outlook", 'a = "# look"', "# done"])
def test_other_last_lines_do_not(line: str) -> None:
    found = extract(_block(f"{DOGS}{line}\n"))
    assert not found.look
    assert found.source == f"{DOGS}{line}\n"


def test_a_marker_in_the_middle_is_a_comment() -> None:
    assert not extract(_block(f"# look\n{DOGS}")).look


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("", "the planner's reply is empty"),
        ("  \n\n", "the planner's reply is empty"),
        ("There are three dogs.", "with prose instead of a program: 'There are three dogs.'"),
        ("I'm sorry, I can't help with that.", "prose instead of a program: \"I'm sorry"),
        ("개가 세 마리 있습니다.", "'개가 세 마리 있습니다.'"),
        ("<think>maybe count", "the planner's reply is empty"),
        (_block("ls -la\n", "bash"), r"code in another language \(bash\)"),
        (_block('{"answer": 3}\n', "json"), r"code in another language \(json\)"),
        ("yes", "prose"),
        ("a == b", "prose"),
        ("x" * MAX_REPLY + _block(DOGS), "longer than 100000 characters and has no program"),
        ("```viscript\n" + "a = 1\n" * MAX_REPLY, "longer than 100000 characters"),
        ('{"name": "find", "arguments": ' + "[" * 50_000, "prose"),
    ],
)
def test_what_is_no_program_is_told_in_one_line(reply: str, words: str) -> None:
    with pytest.raises(NoProgramError, match=words) as raised:
        extract(reply)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400
    assert raised.value.hint


def test_a_call_of_a_tool_is_told_as_one() -> None:
    with pytest.raises(NoProgramError, match=r"called a tool \(find\) instead"):
        extract("", [{"name": "find", "args": {"image": "image", "query": "dog"}}])


def test_a_program_before_a_flood_of_words_is_found() -> None:
    assert extract(_block(DOGS) + "word " * 50_000).source == DOGS


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(" " * MAX_REPLY, id="spaces"),
        pytest.param("```" + " " * MAX_REPLY + "`", id="a fence and spaces"),
        pytest.param("```\nx\n" * (MAX_REPLY // 6), id="blocks"),
        pytest.param("<think>" * (MAX_REPLY // 7), id="thoughts"),
        pytest.param("<tool_call>" * (MAX_REPLY // 11), id="tool calls"),
        pytest.param("# look\n" * (MAX_REPLY // 7), id="markers"),
        pytest.param(">>> " * (MAX_REPLY // 4), id="prompts"),
        pytest.param("a=" * (MAX_REPLY // 2), id="assignments"),
        pytest.param("```\n" + "(" * (MAX_REPLY - 8) + "\n```", id="brackets"),
    ],
)
def test_no_flood_takes_long(flood: str) -> None:
    began = time.process_time()
    with pytest.raises(NoProgramError):
        extract(flood + "x" * MAX_REPLY)
    assert time.process_time() - began < 2


@given(st.text())
def test_nothing_but_a_missing_program_is_raised_for_any_reply(reply: str) -> None:
    with contextlib.suppress(NoProgramError):
        assert extract(reply).source.endswith("\n")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
def test_a_quoted_program_comes_back_whatever_text_is_in_it(text: str) -> None:
    source = f"answer = {json.dumps(text, ensure_ascii=False)}\n"
    assert extract(f"Here:\n\n{fenced(source)}\n").source == source

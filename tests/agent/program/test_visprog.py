"""VisProg's own programs run unchanged; malformed ones get a diagnostic that names the defect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from viscript.agent.program import ProgramFailedError, check, execute
from viscript.agent.program.visprog import MODULES

from .world import PICTURE, DirectSteps, answer, codes, perform, regions_in, scope, the_diagnostic

COUNTING = """BOX0=LOC(image=IMAGE,object='dog')
BOX1=LOC(image=IMAGE,object='cat')
ANSWER0=COUNT(box=BOX0)
ANSWER1=COUNT(box=BOX1)
ANSWER2=EVAL(expr="'yes' if {ANSWER0} + {ANSWER1} > 2 else 'no'")
FINAL_RESULT=RESULT(var=ANSWER2)
"""
ATTRIBUTE = """BOX0=LOC(image=IMAGE,object='LEFT')
IMAGE0=CROP(image=IMAGE,box=BOX0)
BOX1=LOC(image=IMAGE0,object='dog')
IMAGE1=CROP_LEFTOF(image=IMAGE0,box=BOX1)
ANSWER0=VQA(image=IMAGE1,question='What color is the cat?')
FINAL_RESULT=RESULT(var=ANSWER0)
"""
PAIR = """ANSWER0=VQA(image=LEFT,question='How many dogs are in the image?')
ANSWER1=VQA(image=RIGHT,question='Is there a cat?')
ANSWER2=EVAL(expr='({ANSWER0} == 2) xor ({ANSWER1} == "no")')
ANSWER3=EVAL(expr='{ANSWER2} and {ANSWER0} + 1 >= 3')
FINAL_RESULT=RESULT(var=ANSWER3)
"""
EDITING = """OBJ0=SEG(image=IMAGE)
OBJ1=SELECT(image=IMAGE,object=OBJ0,query='dog,cat',category=None)
IMAGE0=COLORPOP(image=IMAGE,object=OBJ1)
IMAGE1=BGBLUR(image=IMAGE0,object=OBJ1)
IMAGE2=REPLACE(image=IMAGE1,object=OBJ1,prompt='a red car')
OBJ2=FACEDET(image=IMAGE2)
IMAGE3=EMOJI(image=IMAGE2,object=OBJ2,emoji='smiling_face_with_sunglasses')
FINAL_RESULT=RESULT(var=IMAGE3)
"""
TAGGING = """OBJ0=FACEDET(image=IMAGE)
LIST0=LIST(query='main characters of Friends',max=7)
OBJ1=CLASSIFY(image=IMAGE,object=OBJ0,categories=LIST0)
OBJ2=SELECT(image=IMAGE,object=OBJ1,query=LIST0,category='person')
OBJ3=CLASSIFY(image=IMAGE,object=OBJ2,categories='lead, extra')
IMAGE0=TAG(image=IMAGE,object=OBJ3)
FINAL_RESULT=RESULT(var=IMAGE0)
"""


def test_a_counting_program_runs_unchanged() -> None:
    assert check(COUNTING, scope()).dialect == "visprog"
    assert codes(COUNTING) == []
    assert answer(COUNTING) == "yes"


def test_the_answer_is_bound_to_its_own_name_too() -> None:
    assert perform(COUNTING).names["FINAL_RESULT"] == "yes"


def test_an_attribute_program_runs_unchanged() -> None:
    steps = DirectSteps()
    assert perform(ATTRIBUTE, steps=steps).answer == "yes"
    assert [name for name, _ in steps.calls] == ["half", "crop", "find", "crop_left_of", "ask"]
    assert steps.calls[1][1]["scale"] == 1.5
    (left,) = regions_in(steps.calls[1][1]["regions"])
    assert left.box.xyxy == (0, 0, 45, 60)


def test_a_pair_program_runs_unchanged() -> None:
    assert answer(PAIR, pair=True) is True


def test_an_editing_program_runs_unchanged() -> None:
    steps = DirectSteps()
    assert perform(EDITING, steps=steps).answer == PICTURE
    assert [name for name, _ in steps.calls] == [
        *("segment", "select", "color_pop", "blur_background", "replace", "find_faces", "emoji"),
    ]
    assert steps.calls[1][1] == {"regions": steps.calls[2][1]["regions"], "query": "dog,cat"} | {
        "category": None
    }


def test_a_tagging_program_runs_unchanged() -> None:
    steps = DirectSteps()
    assert perform(TAGGING, steps=steps).answer == PICTURE
    calls = dict(steps.calls)
    assert calls["list_facts"] == {"query": "main characters of Friends", "max": 7}
    assert calls["select"]["query"] == "a,b"
    labels = [given["labels"] for name, given in steps.calls if name == "classify"]
    assert labels == [["a", "b"], ["lead", "extra"]]
    assert calls["classify"]["one_each"] is True


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_a_tool_that_has_its_arguments(name: str) -> None:
    module = MODULES[name]
    contract = scope().tools[module.tool]
    passed = {one for one in module.arguments.values() if one is not None}
    assert passed | set(module.fixed) | set(module.forms) <= set(contract.parameters)
    required = {one.name for one in contract.parameters.values() if one.required}
    assert required <= passed | set(module.fixed)


@pytest.mark.parametrize("name", [one for one in MODULES if one.startswith("CROP")])
def test_every_crop_takes_an_image_and_a_box(name: str) -> None:
    source = f"B=LOC(image=IMAGE,object='dog')\nX={name}(image=IMAGE,box=B)\nR=RESULT(var=X)"
    assert codes(source) == []


@pytest.mark.parametrize(
    ("object_", "box"),
    [
        ("TOP", (0, 0, 90, 30)),
        ("BOTTOM", (0, 30, 90, 60)),
        ("LEFT", (0, 0, 45, 60)),
        ("RIGHT", (45, 0, 90, 60)),
    ],
)
def test_the_sides_of_a_picture_are_halves(object_: str, box: tuple[int, ...]) -> None:
    found = answer(f"B=LOC(image=IMAGE,object='{object_}')\nR=RESULT(var=B)")
    assert [one.box.xyxy for one in regions_in(found)] == [box]


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("{YES} == 'yes'", True),
        ("{YES} == 'no'", False),
        ("'yes' == {YES}", True),
        ("{YES}", True),
        ("not {YES}", False),
        ("{TWO} == 2", True),
        ("{TWO} == '2'", True),
        ("{TWO} + {TWO}", 4),
        ("{TWO} > 1 and {YES}", True),
        ("{COLOR} == 'red'", True),
        ("{COLOR} != 'red'", False),
        ("{COLOR} == 3", False),
        ("{YES} xor {YES}", False),
        ("{YES} xor ({TWO} == 3)", True),
        # As in Python, which VisProg asks: {YES} != {TWO} and {TWO} == 3.
        ("{YES} xor {TWO} == 3", False),
        ("'red' if {YES} else 'xor'", "red"),
        ("'yes' if {TWO} in [1, 2] else 'no'", "yes"),
        ("'{COLOR}' == 'red'", True),
        ("( {TWO} * 3 - 1 ) / 5 == 1", True),
        ("{ TWO } == 2", True),
        ("  {TWO} == 2  ", True),
        ("{COUNT} == {TWO}", True),
        ("len({BOX})", 2),
    ],
)
def test_an_expression_means_what_visprog_means(expr: str, expected: object) -> None:
    source = f"""BOX=LOC(image=IMAGE,object='dog')
COUNT=COUNT(box=BOX)
YES=VQA(image=IMAGE,question='Is it?')
TWO=VQA(image=IMAGE,question='How many?')
COLOR=VQA(image=IMAGE,question='Which color?')
X=EVAL(expr="{expr}")
R=RESULT(var=X)"""

    class Colors(DirectSteps):
        def answer(self, question: str) -> str:
            return "red" if question == "Which color?" else super().answer(question)

    checked = check(source, scope())
    assert [one for one in checked.diagnostics if one.severity == "error"] == []
    assert checked.program is not None
    assert execute(checked.program, {"image": PICTURE}, Colors()).answer == expected


def test_a_word_where_a_number_is_needed_has_a_code_of_its_own() -> None:
    source = "A=VQA(image=IMAGE,question='?')\nB=EVAL(expr=\"{A} + 1 > 2\")\nR=RESULT(var=B)"

    class Words(DirectSteps):
        def answer(self, question: str) -> str:
            return "two"

    assert codes(source) == []
    with pytest.raises(ProgramFailedError) as caught:
        perform(source, steps=Words())
    found = caught.value.diagnostic
    assert (found.code, found.line, found.column) == ("not-a-number", 2, 15)


def test_an_undefined_name_is_found_inside_an_expression_at_its_place() -> None:
    source = COUNTING.replace("{ANSWER1}", "{ANSWER7}")
    found = check(source, scope()).diagnostics
    assert [(one.code, one.line, one.column) for one in found] == [
        ("unused-name", 4, 1),
        ("undefined-name", 5, source.splitlines()[4].index("ANSWER7") + 1),
    ]


def test_a_place_inside_an_escaped_template_is_exact() -> None:
    source = "B=EVAL(expr='{A} == \\'yes\\' and {X}')\nR=RESULT(var=B)"
    columns = [one.column for one in check(source, scope()).diagnostics]
    assert columns == [source.index("A}") + 1, source.index("X}") + 1]


def test_a_place_inside_a_template_is_exact_in_a_program_that_is_read_line_by_line() -> None:
    source = "A=COUNT(box=,)\n\n  B=EVAL(expr='{A} == \\'yes\\' and {X}')\nR=RESULT(var=B)"
    (found,) = [one for one in check(source, scope()).diagnostics if one.code == "undefined-name"]
    assert (found.line, found.column) == (3, source.splitlines()[2].index("X}") + 1)


def test_two_operators_in_a_row_are_named() -> None:
    source = COUNTING.replace("> 2 else", "> 2 and else")
    found = [one for one in check(source, scope()).diagnostics if one.severity == "error"]
    assert [one.code for one in found] == ["syntax"]
    assert found[0].message == "`else` can't come after `and`"
    assert source.splitlines()[4][found[0].column - 1 :].startswith("and else")


def test_an_apostrophe_and_a_misspelt_argument_on_one_line_are_both_named() -> None:
    source = "A=VQA(Image=IMAGE,question='What is the man's hat?')\nR=RESULT(var=A)"
    found = check(source, scope()).diagnostics
    assert [(one.code, one.column) for one in found] == [("unknown-argument", 7), ("syntax", 44)]
    assert found[0].suggestion == "did you mean image?"
    assert "apostrophe" in found[1].message


def test_a_selection_that_is_never_used_is_a_warning() -> None:
    source = """OBJ0=SEG(image=IMAGE)
OBJ1=SELECT(image=IMAGE,object=OBJ0,query='dog',category=None)
IMAGE0=BGBLUR(image=IMAGE,object=OBJ0)
FINAL_RESULT=RESULT(var=IMAGE0)
"""
    checked = check(source, scope())
    assert [(one.code, one.line) for one in checked.diagnostics] == [("unused-name", 2)]
    assert checked.ok


def test_a_broken_line_does_not_hide_what_is_wrong_in_others() -> None:
    source = "A=VQA(image=IMAGE,,question='?')\nB=COUNT(box=BOXES)\nR=RESULT(var=A)"
    assert codes(source) == ["syntax", "undefined-name"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("A=COUNT(boxes=LOC(image=IMAGE,object='x'))\nR=RESULT(var=A)", "unknown-argument"),
        ("A=LOC(IMAGE,'x','y')\nR=RESULT(var=A)", "too-many-arguments"),
        ("A=LOC(image=IMAGE)\nR=RESULT(var=A)", "missing-argument"),
        ("A=LOCATE(image=IMAGE,object='x')\nR=RESULT(var=A)", "unknown-tool"),
        ("A=COUNT(box=IMAGE)\nR=RESULT(var=A)", "wrong-type"),
        ("A=COUNT(box=RESULT(var=IMAGE))\nR=RESULT(var=A)", "misplaced-result"),
        ("R=RESULT()", "misplaced-result"),
        ("R=RESULT(value=IMAGE)", "misplaced-result"),
        ("A=LOC(image=IMAGE,object='x')", "no-answer"),
        ("A=EVAL(expr=3)\nR=RESULT(var=A)", "bad-template"),
        ("A=EVAL(expr='A B')\nR=RESULT(var=A)", "syntax"),
        ("A=EVAL(expr='')\nR=RESULT(var=A)", "bad-template"),
        ('A=EVAL(expr="{IMAGE} > 2")\nR=RESULT(var=A)', "bad-operands"),
        (
            "A=SELECT(image=NONE,object=[],query='x',category=None)\nR=RESULT(var=A)",
            "undefined-name",
        ),
        ("A=CLASSIFY(image=IMAGE,object=[],categories=3)\nR=RESULT(var=A)", "wrong-type"),
        ("A=CROP(image=LEFT,box=[])\nR=RESULT(var=A)", "undefined-name"),
    ],
)
def test_malformed_programs_are_refused(source: str, code: str) -> None:
    assert code in codes(source)


def test_an_unknown_module_is_reported_with_the_nearest_module() -> None:
    found = the_diagnostic("A=LOK(image=IMAGE,object='x')\nRESULT(var=A)")
    assert (found.code, found.suggestion) == ("unknown-tool", "did you mean LOC?")


@pytest.mark.parametrize(
    ("call", "message", "suggestion"),
    [
        ("LOC(image=IMAGE)", "LOC needs object", "write LOC(image=..., object=...)"),
        ("LOC()", "LOC needs image and object", "write LOC(image=..., object=...)"),
        ("COUNT(box=IMAGE)", "COUNT wants Region | list[Region] for box, not Image", ""),
        ("TAG(IMAGE,image=IMAGE,object=[])", "TAG gets image twice", "leave one of them out"),
    ],
)
def test_wrong_arguments_are_reported_in_the_words_of_the_dialect(
    call: str, message: str, suggestion: str
) -> None:
    found = the_diagnostic(f"A={call}\nR=RESULT(var=A)")
    assert found.message == message
    assert found.suggestion.startswith(suggestion)


def test_a_module_whose_tool_is_not_offered_is_reported_with_both_names() -> None:
    offered = scope()
    tools = {name: one for name, one in offered.tools.items() if name != "ask"}
    less = replace(offered, tools=tools, elsewhere={"ask": "the profile hub has it"})
    checked = check("A=VQA(image=IMAGE,question='?')\nR=RESULT(var=A)", less)
    (found,) = checked.diagnostics
    assert found.message == "VQA (the tool ask) is not offered here"
    assert found.suggestion == "the profile hub has it"


def test_the_dialect_can_be_given() -> None:
    assert check("answer = 1", scope(), "visprog").dialect == "visprog"
    assert codes("A=COUNT(box=[])\nanswer=A", dialect="viscript") == ["unknown-tool"]

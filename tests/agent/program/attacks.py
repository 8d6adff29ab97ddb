"""Programs that try to break out, or to exhaust the machine, each with how it is refused.

The categories are those of smolagents' tests of its interpreter, what those leave out (format
strings, dunder writes, lifecycle dunders, generator and frame attributes, bombs of every kind,
regexes, floods, shadowing), and some of our own (letters that look alike, answers that are code,
nested formats, direction marks).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """One attack: its category, the program, and the code that refuses it."""

    category: str
    source: str
    code: str

    def __str__(self) -> str:
        return f"{self.category}: {self.source[:40]!r}"


def _attack(category: str, code: str, *sources: str) -> list[Attack]:
    return [Attack(category, source, code) for source in sources]


_LOOP = "answer = 'a'\nfor i in range(9999):\n    "
_NEST = "a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"

ATTACKS: tuple[Attack, ...] = (
    *_attack(
        "import",
        "unsupported-syntax",
        "import os\nanswer = 1",
        "from os import system\nanswer = system('id')",
        "import os.path as p\nanswer = p",
        "answer = [__import__('os') for import_ in (1,)]",
    ),
    *_attack("import", "private-name", "answer = __import__('os').system('id')"),
    *_attack("builtins", "private-name", "answer = __builtins__", "answer = image.__builtins__"),
    *_attack("builtins", "undefined-name", "answer = builtins.open('/etc/passwd')"),
    *_attack(
        "dangerous functions",
        "unknown-tool",
        "answer = eval('1 + 1')",
        "exec('import os')\nanswer = 1",
        "answer = compile('1', 'x', 'eval')",
        "answer = open('/etc/passwd')",
        "answer = getattr(image, 'pixels')",
        "setattr(image, 'width', 3)\nanswer = 1",
        "answer = globals()",
        "answer = vars(image)",
        "answer = type(image)",
        "answer = input()",
        "breakpoint()\nanswer = 1",
        "answer = memoryview(image)",
        "print('x')\nanswer = 1",
    ),
    *_attack("dangerous functions", "tool-as-value", "answer = str", "answer = find"),
    *_attack("via sys", "undefined-name", "answer = sys.modules['os'].system('id')"),
    *_attack("via sys", "method-call", "answer = sys.modules['os'].system('id')"),
    *_attack("importlib", "method-call", "answer = importlib.import_module('os')"),
    *_attack("submodules", "undefined-name", "answer = random._os.system('id')"),
    *_attack("submodules", "private-name", "answer = random._os"),
    *_attack(
        "map, filter, partial, getattr",
        "unknown-tool",
        "answer = map(find, [image])",
        "answer = filter(count, [[]])",
        "answer = partial(find, image)",
        "answer = map(getattr, [image], ['width'])",
    ),
    *_attack("map, filter, partial, getattr", "tool-as-value", "answer = sorted([find, count])"),
    *_attack("_getframe", "private-name", "answer = sys._getframe(0).f_globals"),
    *_attack("traceback", "undefined-name", "answer = traceback.walk_tb"),
    *_attack(
        "traceback", "unsupported-syntax", "try:\n    answer = 1\nexcept Exception as e:\n    e"
    ),
    *_attack("warnings class", "undefined-name", "answer = warnings.catch_warnings"),
    *_attack("warnings class", "private-name", "answer = [].__class__.__base__.__subclasses__()"),
    *_attack(
        "subclasses",
        "private-name",
        "answer = ().__class__.__base__.__subclasses__()",
        "answer = ''.__class__.__mro__[1]",
        "answer = find(image, 'dog')[0].__class__.__subclasses__",
    ),
    *_attack(
        "dunder access",
        "private-name",
        "answer = image.__dict__",
        "answer = find.__globals__",
        "answer = count.__closure__",
        "answer = image._pixels",
        "answer = f'{image.__class__}'",
        "answer = [x.__init__ for x in find(image, 'dog')]",
        "answer = __name__",
        "answer = find(image, __query__='dog')",
        "answer = [_ for _ in [1]]",
    ),
    *_attack(
        "dunder access", "unknown-attribute", "answer = image.pixels", "answer = image.digest"
    ),
    *_attack("indirect", "unsupported-syntax", "answer = [find][0](image, 'dog')"),
    *_attack("indirect", "unsupported-syntax", "answer = (find if True else count)(image)"),
    *_attack("indirect", "tool-as-value", "f = find\nanswer = f(image, 'dog')"),
    *_attack("call", "private-name", "answer = find.__call__(image, 'dog')"),
    *_attack("call", "unsupported-syntax", "answer = find(image, 'dog')()", "answer = (1)(2)"),
    *_attack("call", "unsupported-syntax", "answer = find(*[image, 'dog'])", "answer = find(**x)"),
    *_attack(
        "format strings",
        "method-call",
        "answer = '{0.__class__}'.format(image)",
        "answer = '{x.__globals__}'.format_map(image)",
        "answer = str.format('{0}', image)",
    ),
    *_attack("format strings", "bad-operands", "answer = '%s' % image", "answer = '%9999d' % 1"),
    *_attack(
        "format strings",
        "bad-format",
        "answer = f'{image.width:>999999999}'",
        "answer = f'{1.5:.999999999f}'",
        "answer = f'{1:x>9d}'",
    ),
    *_attack(
        "format strings",
        "unsupported-syntax",
        "answer = f'{image!r}'",
        "answer = f'{image.width=}'",
        "answer = f'{1:{9}}'",
        "answer = f'{1:{image.__class__}}'",
        "answer = f'{(lambda: 1)()}'",
        "answer = f\"{f'{f'{1}'}'}\"",
    ),
    *_attack(
        "dunder writes",
        "private-name",
        "image.__class__ = 1\nanswer = 1",
        "__builtins__ = 1\nanswer = 1",
        "image.__dict__['x'] = 1\nanswer = 1",
        "for __class__ in [1]:\n    answer = 1",
        "__class__ += 1\nanswer = 1",
        "del image.__class__\nanswer = 1",
    ),
    *_attack("writes", "unsupported-syntax", "image.width = 1\nanswer = 1", "x = [1]\nx[0] = 2"),
    *_attack(
        "lifecycle dunders",
        "unsupported-syntax",
        "class A:\n    def __del__(self):\n        pass\nanswer = 1",
        "class A:\n    __init_subclass__ = 1\nanswer = 1",
        "def f():\n    pass\nanswer = 1",
        "answer = (lambda: 1)()",
        "@find\ndef f():\n    pass\nanswer = 1",
        "with image:\n    answer = 1",
    ),
    *_attack(
        "generator and frame attributes",
        "unsupported-syntax",
        "answer = (x for x in [1]).gi_frame",
        "answer = any(d.score > 1 for d in find(image, 'dog'))",
        "answer = [(yield 1)]",
        "answer = [await find]",
        "async def f():\n    pass\nanswer = 1",
    ),
    *_attack("generator and frame attributes", "unknown-attribute", "answer = [1].gi_frame.f_back"),
    *_attack("memory bombs", "bad-operands", "answer = 'a' * 10**9", "answer = [0] * 10**9"),
    *_attack(
        "memory bombs",
        "out-of-characters",
        "answer = 'ab'\nfor i in range(99):\n    answer = answer + answer",
        "answer = 'ab'\nfor i in range(99):\n    answer = f'{answer}{answer}'",
        f"{_LOOP}answer = answer + str(i)",
        "a = str(range(9999))\nanswer = join([a for i in range(99)])",
        "a = str(range(9999))\nanswer = str([[a, a, a, a, a, a] for i in range(9)])",
        "a = str(range(9999))\nanswer = [upper(a) for i in range(9999)]",
        "a = str(range(9999))\nanswer = [a[1:] for i in range(9999)]",
    ),
    *_attack(
        "memory bombs",
        "out-of-elements",
        "answer = range(10**9)",
        "answer = len(range(10**99))",
        "answer = [0]\nfor i in range(99):\n    answer = answer + answer",
        f"{_NEST}b = [a for i in range(999)]\nc = [b for i in range(999)]\nanswer = c",
        "a = range(9999)\nanswer = [a[1:] for i in range(9999)]",
        "answer = split(str(range(9999)), '1')\nfor i in range(99):\n    answer = answer + answer",
    ),
    *_attack(
        "CPU bombs",
        "out-of-fuel",
        "answer = 0\nfor a in range(9999):\n    for b in range(9999):\n        answer = a",
        "answer = 0\nfor a in range(9999):\n    for b in range(9999):\n        pass",
        "answer = [1 for a in range(9999) for b in range(9999) if a > b + 99999]",
        "a = range(9999)\nanswer = any([x in a for x in range(5000, 9999)])",
        f"{_NEST}answer = [a == a for i in range(99999)]",
        "a = str(range(9999))\nanswer = ['xyz' in a for i in range(99999)]",
        "a = range(9999)\nanswer = [sum(a) for i in a]",
        "a = range(9999)\nanswer = [sorted(a) for i in a]",
        "answer = [a + b for a in range(999) for b in range(999)]",
        "answer = [max(range(9)) for i in range(99999)]",
    ),
    *_attack("CPU bombs", "unsupported-syntax", "while True:\n    pass\nanswer = 1"),
    *_attack(
        "CPU bombs",
        "out-of-steps",
        "answer = [find(image, 'dog') for i in range(9999)]",
        "for i in range(9999):\n    half(image, 'left')\nanswer = 1",
    ),
    *_attack(
        "CPU bombs",
        "too-complex",
        "answer = 1\n"
        + "".join(f"{'  ' * i}for a{i} in [1]:\n" for i in range(40))
        + f"{'  ' * 40}answer = [[answer{', 1' * 3000}][0]][0]\n",
    ),
    *_attack(
        "huge ints",
        "number-too-large",
        "answer = 9 ** 9 ** 9",
        "answer = 2 ** 4095 * 2 ** 4095",
        "answer = 9\nfor i in range(99):\n    answer = answer * answer",
        "answer = 10.0 ** 999",
        "answer = 10 ** 999 / 3",
        "answer = round(10 ** 999)",
        "answer = f'{10 ** 999:.2f}'",
        "answer = sum([2 ** 4095, 2 ** 4095, 2 ** 4095])",
        "answer = 0x" + "f" * 9999,
        "answer = 1e999",
    ),
    *_attack("huge ints", "syntax", "answer = " + "9" * 9999),
    *_attack("huge ints", "not-a-number", "answer = int('9' + join([str(range(9999))], ''))"),
    *_attack(
        "huge ints", "unsupported-syntax", "answer = 1 << 10**9", "answer = ~1", "answer = 1j"
    ),
    *_attack(
        "regexes",
        "undefined-name",
        "answer = re.match('(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
    ),
    *_attack(
        "deep recursion",
        "too-deep",
        "answer = " + "(" * 30_000 + "1" + ")" * 30_000,
        "answer = " + "[" * 60_000,
        "answer = " + "-" * 60_000 + "1",
        "answer = " + "not " * 15_000 + "1",
        "answer = image" + ".a" * 30_000,
        "answer = image" + "[0]" * 15_000,
        "answer = f" + "()" * 15_000,
        "answer = " + "1 if 1 else " * 5_000 + "1",
        "answer = " + "1 + " * 15_000 + "1",
        "answer = " + "1 < " * 15_000 + "1",
        "answer = " + "2 ** " * 9_000 + "1",
        "answer = " + "lambda: " * 7_000 + "1",
        "answer = f'{" + "-" * 50_000 + "1}'",
        "answer = f'''" + '{f"{' * 9_000 + "'''",
        "if 1:\n    answer = 1\n" + "elif 1:\n    answer = 1\n" * 2_500,
        "\n".join(f"{' ' * i}if 1:" for i in range(99)) + "\n" + " " * 99 + "x = 1",
        "answer = " + "[x for x in " * 900 + "[1]" + "]" * 900,
        "answer = " + "find(" * 9_000,
    ),
    *_attack("deep recursion", "unsupported-syntax", "def f():\n    return f()\nanswer = f()"),
    *_attack(
        "output floods",
        "too-large",
        "answer = '" + "a" * 70_000 + "'",
        "answer = [" + "1," * 30_000 + "]",
        "# " + "a" * 70_000,
        "answer = 1\n" * 9_000,
    ),
    *_attack(
        "output floods",
        "out-of-characters",
        "a = str(range(999))\nanswer = [f'{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}' for i in range(99)]",
    ),
    *_attack(
        "shadowing",
        "shadows-tool",
        "find = 1\nanswer = find",
        "len = 3\nanswer = len",
        "for count in [1]:\n    answer = 1",
        "answer = [find for find in [1]]",
        "result = 1\nanswer = 1",
        "depth = 1\nanswer = 1",
        "find += 1\nanswer = 1",
    ),
    *_attack(
        "shadowing",
        "shadows-input",
        "image = 3\nanswer = 1",
        "answer = [image for image in [1]]",
        "IMAGE=COUNT(box=LOC(image=IMAGE,object='dog'))\nX=RESULT(var=IMAGE)",
    ),
    *_attack(
        "look-alike names",
        "unusual-name",
        "answer = ｆｉｎｄ(image, 'dog')",
        "answer = image.＿＿class＿＿",
        "answer = image.ｗidth",
        "аnswer = 1\nanswer = 2",
        "answer = 𝒊𝒎𝒂𝒈𝒆",
        "answer = find(image, ｑuery='dog')",
        "answer = f'{ｉmage.width}'",
    ),
    *_attack(
        "invisible characters",
        "bad-character",
        "answer = 'a\u202eb'",
        "answer = 1 # \u2066",
        "answer\u200b = 1",
        "answer = '\x00'",
        "answer = '\x1b[2J'",
        "answer = '\\ud800'",
        "answer = '\ud800'",
    ),
    *_attack(
        "EVAL",
        "bad-template",
        "A=EVAL(expr=\"__import__('os').system('id')\" + 'x')\nB=RESULT(var=A)",
        'A=EVAL(expr="IMAGE == 1")\nB=RESULT(var=A)',
        'A=EVAL(expr="1; 2")\nB=RESULT(var=A)',
    ),
    *_attack(
        "EVAL",
        "private-name",
        "A=EVAL(expr=\"__import__('os').system('id')\")\nB=RESULT(var=A)",
        'A=EVAL(expr="{IMAGE}.__class__")\nB=RESULT(var=A)',
        'A=EVAL(expr="{__class__} == 1")\nB=RESULT(var=A)',
    ),
    *_attack(
        "EVAL",
        "unsupported-syntax",
        'A=EVAL(expr="(lambda: 1)()")\nB=RESULT(var=A)',
        'A=EVAL(expr="{IMAGE.width} == 1")\nB=RESULT(var=A)',
        'A=EVAL(expr="[x for x in (1, 2)]")\nB=RESULT(var=A)',
    ),
    *_attack("EVAL", "number-too-large", 'A=EVAL(expr="9**9**9")\nB=RESULT(var=A)'),
    *_attack("EVAL", "unknown-tool", "A=EVAL(expr=\"open('x')\")\nB=RESULT(var=A)"),
    *_attack("EVAL", "too-deep", f'A=EVAL(expr="{"(" * 9000}")\nB=RESULT(var=A)'),
)

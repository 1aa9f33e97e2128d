r"""LaTeX and plain text in one list of tokens: what only places, sizes or colours the symbols is gone.

One pass; a token is a fixed choice at every place, so that hostile text takes no longer than any other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ._limits import MAX_DIGITS, MAX_LENGTH, MAX_TOKENS, TooBig


class Token(NamedTuple):
    """Its kind (``num``, ``letter``, ``word``, ``cmd``, ``op``), its text, and whether white space stands before."""

    kind: str
    text: str
    spaced: bool


FUNCTIONS = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh ln log exp sqrt gcd lcm max min floor ceil det".split()
)
_SHORT_UNITS = frozenset(
    "min mins hrs day days sec secs feet foot inch yard mile week year cent mph kmh kph rad deg gal cups lbs ways dots"
    " cats dogs pct gram tons girl boys men ones units".split()
)
UNIT_LETTERS = frozenset("mgshlLNJWVAKCF")
UNITS = frozenset(
    "cm mm km kg mg mi ft lb hr oz yd mL ml in nm dm ms Hz kJ kW kN Pa mol cc sq pm am AM PM th st nd rd pct"
    " mph".split()
)
_NAMES = {"pi": "\\pi", "infty": "\\infty", "infinity": "\\infty", "inf": "\\infty", "oo": "\\infty"}
_SEPARATORS = frozenset(("and", "or"))

_SIMPLE = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*",
    "÷": "/", "⁄": "/", "∕": "/", "√": "\\sqrt ", "∛": "\\cbrt ", "π": "\\pi ", "∞": "\\infty ", "≤": "\\le ",
    "≥": "\\ge ", "⩽": "\\le ", "⩾": "\\ge ", "≠": "\\ne ", "≈": "\\approx ", "∪": "\\cup ", "∩": "\\cap ",
    "∈": "\\in ", "∖": "\\setminus ", "±": "\\pm ", "∓": "\\mp ", "°": "\\degree ", "∅": "\\emptyset ",
    "ℝ": "\\mathbb{R}", "θ": "\\theta ", "α": "\\alpha ", "β": "\\beta ", "γ": "\\gamma ", "λ": "\\lambda ",
    "φ": "\\varphi ", "ω": "\\omega ", "½": "\\frac{1}{2}", "⅓": "\\frac{1}{3}", "⅔": "\\frac{2}{3}",
    "¼": "\\frac{1}{4}", "¾": "\\frac{3}{4}", "⅕": "\\frac{1}{5}", "⅖": "\\frac{2}{5}", "⅗": "\\frac{3}{5}",
    "⅘": "\\frac{4}{5}", "⅙": "\\frac{1}{6}", "⅚": "\\frac{5}{6}", "⅛": "\\frac{1}{8}", "⅜": "\\frac{3}{8}",
    "⅝": "\\frac{5}{8}", "⅞": "\\frac{7}{8}", "′": "'", "∶": ":", "∉": "\\notin ", "⊤": "T",
    "’": "'", "⟨": "\\langle ", "⟩": "\\rangle ", "…": "\\ldots ",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ", "\u200b": "", "\u2060": "", "\ufeff": "",
}  # fmt: skip
_TABLE = {ord(old): new for old, new in _SIMPLE.items()} | {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
_SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_RAISED = re.compile(f"[{''.join(_SUPER)}]+")
_LOWERED = re.compile(f"[{''.join(_SUB)}]+")

_TOKEN = re.compile(
    r"(?P<space>\s+|~|\\[,;:!> ]|\\q?quad(?![A-Za-z]))"
    r"|(?P<num>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3}(?![0-9.A-Za-z]))?|\.[0-9]+)"
    r"|(?P<cmd>\\[A-Za-z]+\*?)"
    r"|(?P<esc>\\.)"
    r"|(?P<letters>[^\W\d_]+)"
    r"|(?P<op>\*\*|<=|>=|!=|==|[\s\S])"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?:,|\{,\}(?:\\!)?|,\\!\s?|'|_)[0-9]{3})+(?![0-9])(?:\.[0-9]+)?")
_SPACED = re.compile(r"[0-9]{1,3}(?:(?: |\\[,;: ]|\\!|~)[0-9]{3})+(?![0-9])(?:\.[0-9]+)?")
_DOUBLED = re.compile(r"\\\\(?=[A-Za-z])")
_SET_AHEAD = re.compile(r"\s*(?:\\left)?\s*[\[({\\]")
_WORD_AHEAD = re.compile(r"\s[^\W\d_]{3}")
_HOURS = re.compile(r"(?<![A-Za-z])([apAP])\.[mM](?:\.|$)")
_DOTS = re.compile(r"(?<=[0-9])\.{3,}")
_ACCENTS = frozenset("'`^~=./@\"")
_NOT_DIGIT = re.compile(r"[^0-9.]+")

_DROPPED = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle limits nolimits"
    " rm bf it boldsymbol mathstrut strut hfill noindent scriptstyle middle tt sf normalsize small large".split()
)
_TEXTS = frozenset("text textbf textit textrm texttt textnormal textsf textsc mbox hbox mathrm mathit emph".split())
_STYLES = frozenset(
    "mathbf mathsf mathtt mathcal operatorname mathnormal bm pmb vec boxed fbox underline ensuremath".split()
)
_ALIAS = {
    "dfrac": "frac", "nicefrac": "frac", "sfrac": "frac", "surd": "sqrt", "top": "T",
    "tfrac": "frac", "cfrac": "frac", "leq": "le", "leqslant": "le", "geq": "ge", "geqslant": "ge",
    "neq": "ne", "lt": "<", "gt": ">", "cdot": "*", "times": "*", "ast": "*", "div": "/", "lbrace": "\\{",
    "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "colon": ":", "vert": "|",
    "lvert": "|", "rvert": "|", "mid": "|", "tbinom": "binom", "dbinom": "binom", "circ": "degree", 
    "varnothing": "emptyset",    "approxeq": "approx", "simeq": "approx", "thickapprox": "approx", "bar": "overline",
    "dots": "ldots", "cdots": "ldots", "land": "and", "lor": "or", "smallsetminus": "setminus", "backslash": "setminus",
    "wedge": "and", "vee": "or", "percent": "%", "bullet": "*",
}  # fmt: skip


GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon"
    " phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell hbar aleph".split()
)
_KNOWN = (
    GREEK
    | FUNCTIONS
    | frozenset(_ALIAS)
    | frozenset(
        "pi infty quad qquad pm mp le ge ne in notin cup cap setminus approx equiv to frac binom sqrt begin end ldots"
        " angle triangle emptyset sum prod int lim mathbb langle rangle lfloor rfloor over choose pmod mod bmod"
        " prime".split()
    )
)


def tokenize(text: str, thousands: bool = True) -> list[Token]:
    """The tokens of an answer. TooBig where it is longer than an answer can be.

    ``thousands``: outside brackets, ``1,234`` is one number (``1{,}234`` always is).
    """
    if len(text) > MAX_LENGTH:
        raise TooBig("the answer is too long")
    text = _unwrapped(text.translate(_TABLE))
    if "\\\\" in text and "\\begin" not in text:
        # LaTeX that went through JSON twice: \\\\frac for \\frac.
        text = _DOUBLED.sub("\\\\", text)
    text = _DOTS.sub(r"\\ldots ", _HOURS.sub(r"\1m", text))
    text = _RAISED.sub(lambda found: "^{" + "".join(_SUPER[c] for c in found[0]) + "}", text)
    text = _LOWERED.sub(lambda found: "_{" + "".join(_SUB[c] for c in found[0]) + "}", text)
    return _Reader(text, thousands).read()


def _unwrapped(text: str) -> str:
    """A text without the quotes and stars of Markdown around the whole of it."""
    text = text.strip()
    for _ in range(4):
        for mark in ("**", "__", "``", '"', "'", "`", "*"):
            size = len(mark)
            if len(text) > 2 * size and text.startswith(mark) and text.endswith("''" if mark == "``" else mark):
                text = text[size:-size].strip()
                break
        else:
            break
    return text.removesuffix("\\") if not text.endswith("\\\\") else text


class _Reader:
    def __init__(self, text: str, thousands: bool) -> None:
        self.text = text
        # Dollar signs come in pairs around formulas; an odd one is money.
        self.money = (text.count("$") - text.count("\\$")) % 2 == 1
        self.thousands = thousands
        self.tokens: list[Token] = []
        self.spaced = False
        self.depth = 0
        # One entry per open brace: is it that of a \text or \mathbf, whose closing brace is dropped as well?
        self.braces: list[bool] = []
        # How many of them are braces of texts, inside which letters are words and not products.
        self.texts: list[bool] = []

    def put(self, kind: str, text: str) -> None:
        if len(self.tokens) >= MAX_TOKENS:
            raise TooBig("the answer has too many symbols")
        self.tokens.append(Token(kind, text, self.spaced))
        self.spaced = False

    def read(self) -> list[Token]:
        at, text = 0, self.text
        while at < len(text):
            if text[at].isascii() and text[at].isdigit():
                grouped = self.number(at)
                if grouped:
                    at = grouped
                    continue
            found = _TOKEN.match(text, at)
            assert found is not None  # the last choice matches any character
            at = found.end()
            kind, what = found.lastgroup, found[0]
            if kind == "space":
                self.spaced = self.spaced or what != "\\!"
                if what.startswith("\\q") and self.tokens and self.tokens[-1].text != ",":
                    self.put("op", "\\quad")
            elif kind == "num":
                self.digits(what)
            elif kind == "cmd":
                at = self.command(what[1:].rstrip("*"), at)
            elif kind == "esc":
                self.escaped(what[1])
            elif kind == "letters":
                self.letters(what, at)
            else:
                self.operator(what)
        return self.tokens

    def number(self, at: int) -> int:
        """A number whose digits stand in groups of three: where it ends, else 0."""
        for pattern in (_GROUPED, _SPACED):
            found = pattern.match(self.text, at)
            if found is None:
                continue
            plain = "," in _NOT_DIGIT.findall(found[0])
            if plain and (not self.thousands or self.depth):
                continue
            before = self.tokens[-1] if self.tokens else None
            if pattern is _SPACED and (found[0][0] == "0" or (before is not None and before.kind == "num")):
                continue
            self.digits(_NOT_DIGIT.sub("", found[0]))
            return found.end()
        return 0

    def digits(self, what: str) -> None:
        if len(what) > MAX_DIGITS:
            raise TooBig(f"a number of more than {MAX_DIGITS} digits")
        self.put("num", what)

    def escaped(self, what: str) -> None:
        if what in "{}":
            self.bracket("\\" + what)
        elif what == "%":
            self.put("op", "%")
        elif what == "\\":
            self.put("op", "\\\\")
        elif what in "()[]":
            self.spaced = True
        elif what == "$":
            self.put("word", what)
        elif what in "_&#|-*+<":
            self.put("op", what if what != "_" else " ")
        elif what not in _ACCENTS:
            self.put("cmd", what)

    def bracket(self, what: str) -> None:
        if what in ("(", "[", "\\{"):
            self.depth += 1
        else:
            self.depth = max(0, self.depth - 1)
        self.put("op", what)

    def operator(self, what: str) -> None:
        if what == "{":
            self.braces.append(False)
            self.texts.append(False)
            self.put("op", "{")
        elif what == "}":
            dropped = self.braces.pop() if self.braces else False
            if self.texts:
                self.texts.pop()
            if dropped:
                self.spaced = True
            elif not self.emptied():
                self.put("op", "}")
        elif what in ("(", ")", "[", "]"):
            self.bracket(what)
        elif what == "$":
            self.spaced = True
            if self.money:
                self.put("word", what)
                self.money = False
        elif what in '\\"\u201c\u201d`':
            self.spaced = True
        elif what in "€£¥¢":
            self.put("word", what)
        else:
            self.put("op", {"**": "^", "==": "=", "<=": "\\le", ">=": "\\ge", "!=": "\\ne"}.get(what, what))

    def emptied(self) -> bool:
        """Drop the braces around nothing, or around one sign: -{}1, {-}1."""
        last = [token.text for token in self.tokens[-2:]]
        if last[-1:] == ["{"]:
            self.tokens.pop()
        elif len(last) == 2 and last[0] == "{" and last[1] in ("+", "-", "=", ","):
            del self.tokens[-2]
        else:
            return False
        return True

    def command(self, name: str, at: int) -> int:
        if name in ("textcolor", "color", "colorbox"):
            stop = self.text.find("}", at)
            return stop + 1 if self.text[at : at + 1] == "{" and 0 < stop < at + 40 else at
        if name in _DROPPED:
            if name in ("left", "right") and self.text[at : at + 1] == ".":
                return at + 1
            return at
        if name in _TEXTS or name in _STYLES:
            after = at
            while self.text[after : after + 1].isspace():
                after += 1
            if self.text[after : after + 1] == "{":
                self.braces.append(True)
                self.texts.append(name in _TEXTS)
                self.spaced = self.spaced or name in _TEXTS
                return after + 1
            return at
        name = _ALIAS.get(name, name)
        if name == "cr":
            self.put("op", "\\\\")
        elif len(name) == 1:
            self.put("letter" if name.isalpha() else "op", name)
        elif name in ("\\{", "\\}"):
            self.bracket(name)
        elif name in ("and", "or"):
            self.put("op", name)
        elif name == "cbrt" or name in FUNCTIONS:
            self.put("cmd", name)
        else:
            known = name if name in _KNOWN else _known_in(name)
            if name in ("quad", "qquad"):
                self.put("op", "\\quad")
            elif known == name or not known:
                self.put("cmd", name)
            else:  # \\cotx, \\pir: letters that follow without the space that would have told them apart
                self.command(known, at)
                self.letters(name[len(known) :], at)
        return at

    def after_quantity(self) -> bool:
        """Whether what stands before is a number, a closed group or a constant, so that letters may be its unit."""
        if not self.tokens:
            return False
        last = self.tokens[-1]
        return last.kind in ("num", "word") or last.text in ("}", ")", "pi", "/", "degree")

    def is_unit_letter(self, letter: str) -> bool:
        r"""Whether one letter in a text is a unit: \text{ m} behind a number."""
        return any(self.texts) and letter in UNIT_LETTERS and self.after_quantity()

    def beside_words(self, run: str, end: int) -> bool:
        """Whether two letters are a word: in a text, or beside another word, as in "no solution"."""
        if any(self.texts):
            return True
        last = self.tokens[-1] if self.tokens else None
        after_word = last is not None and self.spaced and last.kind == "word" and last.text.isalpha()
        return after_word or _WORD_AHEAD.match(self.text, end) is not None

    def letters(self, run: str, end: int = 0) -> None:
        low = run.lower()
        if low in _SEPARATORS:
            self.put("op", low)
        elif run in ("Rs", "USD", "EUR", "GBP", "INR"):
            self.put("word", run)
        elif run == "to" and self.tokens and self.tokens[-1].kind == "num":
            self.put("op", "to")
        elif low in FUNCTIONS:
            self.put("cmd", low)
        elif run == "in" and _SET_AHEAD.match(self.text, end) and self.tokens and self.tokens[-1].kind == "letter":
            self.put("cmd", "in")
        elif low in _NAMES:
            self.put("cmd", _NAMES[low][1:])
        elif len(run) == 1:
            self.put("word" if self.is_unit_letter(run) else "letter", run)
        elif len(run) == 2 and self.beside_words(run, end):
            self.put("word", run)
        elif len(run) == 2 and not (run in UNITS and self.after_quantity()):
            self.put("letter", run[0])
            self.put("letter", run[1])
        elif len(run) <= 9 and not any(self.texts) and (prefix := _function_in(run)):
            self.put("cmd", prefix)
            self.letters(run[len(prefix) :])
        elif run[1:] in FUNCTIONS and run[0] != "a" and self.text[end : end + 1] == "(" and not any(self.texts):
            self.put("letter", run[0])  # xsin(x), isqrt(2); but asin is a name of arcsin
            self.put("cmd", run[1:])
        elif self.is_product(run, end):
            for letter in run:
                self.put("letter", letter)
        else:
            self.put("word", run)

    def is_product(self, run: str, end: int) -> bool:
        """Whether three or four letters are a product, as in 2abc or xyz, rather than a word."""
        if any(self.texts) or len(run) not in (3, 4) or not run.islower() or run in _SHORT_UNITS:
            return False
        letters = sorted(map(ord, run))
        if letters == list(range(letters[0], letters[0] + len(run))):
            return True
        before, after = self.text[max(0, end - len(run) - 1) : end - len(run)], self.text[end : end + 1]
        return (before != "" and before in "0123456789)}+-*/^=") or (after != "" and after in "^_/*+(=")


def _known_in(name: str) -> str:
    """The command that an unknown name begins with, one or two letters shorter; "" if none."""
    return next((name[:-cut] for cut in (1, 2) if name[:-cut] in _KNOWN), "")


def _function_in(name: str) -> str:
    """The function that a run of letters begins with, where one letter or the number pi follows it."""
    for size in (len(name) - 1, len(name) - 2):
        if size > 1 and name[:size] in FUNCTIONS and (len(name) - size == 1 or name[size:] == "pi"):
            return name[:size]
    return ""

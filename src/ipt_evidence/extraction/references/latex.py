"""LaTeX text as Unicode: every command is survived, and none takes words with it.

The signs that commands stand for come from the tables of pylatexenc. Its decoder is not used: it drops the words of
commands it does not know, and stops at some it does (decision 31).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db
from pylatexenc.latexencode import get_builtin_uni2latex_dict

LATEX = re.compile(r"[\\$~`]|--|''")
"""What makes a text worth decoding."""

ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", '"': "\u0308"},
    **{"u": "\u0306", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327", "k": "\u0328", "d": "\u0323"},
    **{"b": "\u0331", "t": "\u0361", "h": "\u0309"},
}
"""Combining sign of each accent."""

SIGNS = {
    **{"textless": "<", "textgreater": ">", "textminus": "−", "textbar": "|", "textpercent": "%", "SS": "ẞ"},
    **{"textasciicircum": "^", "textunderscore": "_", "textampersand": "&", "textquotedbl": '"', "degree": "°"},
    **{"textasteriskcentered": "*", "slash": "/", "textslash": "/", "colon": ":", "checkmark": "✓", "textohm": "Ω"},
    **{"euro": "€", "pounds": "£", "textdotlessi": "ı", "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX"},
    **dict.fromkeys(("quad", "qquad", "newline", "linebreak", "par", "space", "nobreakspace"), " "),
    **dict.fromkeys(("textbraceleft", "textbraceright", "lbrace", "rbrace", "textnormal"), ""),
    "today": "today",
}
"""Signs of commands that the tables of pylatexenc do not know, or know as another."""

SILENT = frozenset(
    re.findall(
        r"\w+",
        "bf it em rm sc tt sl sf md up bfseries itshape rmfamily scshape ttfamily slshape sffamily mdseries upshape "
        "normalfont normalsize small footnotesize scriptsize tiny large Large LARGE huge Huge protect relax noindent "
        "left right big Big bigg Bigg displaystyle textstyle scriptstyle limits nolimits break allowbreak sloppy "
        "centering raggedright bgroup egroup begingroup endgroup null strut xspace ignorespaces unskip leavevmode "
        "mathstrut nonumber smallskip medskip bigskip hfill vfill selectfont boldmath unboldmath cal mit",
    )
)
"""Commands that change how words look, and print nothing."""

UNSAID = {
    **dict.fromkeys(("color", "begin", "end", "hspace", "vspace", "label", "selectlanguage", "noopsort"), 1),
    **dict.fromkeys(("fontfamily", "fontseries", "fontshape", "phantom", "hphantom", "vphantom"), 1),
    "fontsize": 2,
}
"""How many arguments a command has that nobody reads."""

LAST_OF_TWO = frozenset(
    ("href", "hyperlink", "textcolor", "colorbox", "foreignlanguage", "raisebox", "parbox", "bibinfo", "bibfield")
)
"""Commands with two arguments of which the second holds the words: the first is an address, a colour, a size."""

ORDINALS = frozenset({"st", "nd", "rd", "th"})

SPACES = {" ": " ", "\n": " ", "\t": " ", ",": " ", ";": " ", ":": " ", ">": " ", "\\": " ", "!": "", "/": "", "-": "",
          "@": "", "(": "", ")": "", "[": "", "]": "", "{": "", "}": "", "+": "", "|": "‖"}  # fmt: skip
"""Commands of one sign; all others of them stand for that sign."""

LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "`": "‘", "~": " ", "?`": "¿", "!`": "¡"}

RAISED = dict(zip("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ", strict=True)) | {"°": "°", "∘": "°", "′": "′"}
LOWERED = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))

TOKEN = re.compile(
    r"\\verb\*?(?P<bar>[^A-Za-z*\s])(?P<verbatim>.*?)(?P=bar)|\\(?P<name>[A-Za-z]+)\*?[ \t]*|\\(?P<sign>.)|(?P<text>"
    r"---?|``?|''|[?!]`|[{}$~^_]|[^\\{}$~^_`'?!-]+|.)",
    re.DOTALL,
)
MATH = re.compile(r"(?<!\\)(\$\$?)((?:[^$\\]|\\.)+?)\1", re.DOTALL)
OPERATED = re.compile(r"\\[A-Za-z]|[\^_]")
OPTION = re.compile(r"\[[^\[\]]*\]")
DEEPEST = 40


def decoded(latex: str) -> str:
    """Return LaTeX text as Unicode.

    Accents are put on their letters, commands for signs become signs, those that only format vanish, and words inside
    braces stay, whatever the command before them. A command that nobody knows stays as it is typed, so that its loss
    is seen. Never raises.
    """
    return unicodedata.normalize("NFC", _Reader(MATH.sub(_formula, latex), 0).read())


def _formula(found: re.Match[str]) -> str:
    """Return what stands between dollars as a formula, unless it is the text between two prices."""
    inside = found[2]
    close = inside == inside.strip() and not found.string[found.end() : found.end() + 1].isdigit()
    return f"\\({inside}\\)" if close or OPERATED.search(inside) else found.group()


def raised(text: str) -> str:
    """Return text in superscript where all its signs have one, as ³ for 3; else the text."""
    return "".join(RAISED[sign] for sign in text) if text and RAISED.keys() >= set(text) else text


def lowered(text: str) -> str:
    """Return text in subscript where all its signs have one, as ₂ for 2; else the text."""
    return "".join(LOWERED[sign] for sign in text) if text and LOWERED.keys() >= set(text) else text


@cache
def _symbols() -> dict[str, str]:
    """Return the sign of each command that stands for one."""
    found: dict[str, str] = {}
    for code, latex in get_builtin_uni2latex_dict().items():
        if name := re.fullmatch(r"(?:\\ensuremath)?\{?\\([A-Za-z]+)\}?", latex):
            found.setdefault(name[1], chr(code))
    for spec in get_default_latex_context_db().iter_macro_specs():
        sign = spec.simplify_repl
        # Some stand for what is left out, as <cit.>, and some for a pattern.
        if isinstance(sign, str) and not re.search(r"%|<.", sign) and spec.macroname.isalpha():
            found[spec.macroname] = sign
    greek = {f"text{name}": sign for name, sign in found.items() if "\u0370" <= sign <= "\u03ff"}
    return greek | found | SIGNS


class _Reader:
    """Reads one text from left to right; the arguments of a command are read by readers of their own."""

    def __init__(self, text: str, depth: int) -> None:
        self._text, self._at, self._depth, self._math = text, 0, depth, False

    def read(self) -> str:
        parts: list[str] = []
        while self._at < len(self._text):
            found = TOKEN.match(self._text, self._at)
            if not found:
                # A backslash at the very end.
                break
            self._at = found.end()
            parts.append(self._token(found))
        return "".join(parts)

    def _token(self, found: re.Match[str]) -> str:
        if found["verbatim"] is not None:
            return found["verbatim"]
        if found["name"]:
            return self._command(found)
        if found["sign"]:
            return self._sign(found["sign"])
        text = found["text"]
        if text in "{}":
            return ""
        if self._math and text in "^_":
            return self._script(text)
        return LIGATURES.get(text, text)

    def _sign(self, sign: str) -> str:
        if sign in "([)]":
            self._math = sign in "(["
        return self._accented(ACCENTS[sign]) if sign in ACCENTS else SPACES.get(sign, sign)

    def _command(self, found: re.Match[str]) -> str:
        name = found["name"]
        if name in ACCENTS:
            return self._accented(ACCENTS[name])
        if name in SILENT:
            return ""
        if name in UNSAID:
            self._drop(UNSAID[name])
            return ""
        if name in LAST_OF_TWO:
            return self._groups(last=True)
        if name in _WRITTEN:
            return _WRITTEN[name](self)
        if (sign := _symbols().get(name)) is not None:
            return sign
        return self._groups() or found.group()

    def _groups(self, *, last: bool = False) -> str:
        """Return the words of all groups that come next, or of the last one, and go behind them."""
        self.option()
        found = []
        while self._text.startswith("{", self._at):
            found.append(self.argument())
        return " ".join(words for words in (found[-1:] if last else found) if words)

    def _accented(self, accent: str) -> str:
        letters = self.argument()
        # On i and j the accent takes the place of the dot.
        first = {"ı": "i", "ȷ": "j"}.get(letters[:1], letters[:1])
        return f"{first}{accent}{letters[1:]}" if first.strip() else letters

    def _script(self, sign: str) -> str:
        text = self.argument()
        made = (raised if sign == "^" else lowered)(text)
        return made if made != text or not text or text in ORDINALS else f"{sign}{_grouped(text)}"

    def option(self) -> str:
        """Return the text in brackets that comes next, and go behind it; empty if there is none before a brace."""
        found = OPTION.match(self._text, self._at)
        if not found or not self._text.startswith("{", found.end()):
            return ""
        self._at = found.end()
        return found.group()[1:-1]

    def _drop(self, count: int) -> None:
        self.option()
        for _ in range(count):
            if self._text.startswith("{", self._at):
                self._at = self._closing()

    def argument(self) -> str:
        """Return what the next group or token says, and go behind it."""
        while self._text.startswith((" ", "\n", "\t"), self._at):
            self._at += 1
        if self._text.startswith("{", self._at):
            end = self._closing()
            inside = self._text[self._at + 1 : end - 1]
        else:
            found = TOKEN.match(self._text, self._at)
            if not found or found.group().startswith("}"):
                return ""
            # Of a run of letters only the first is the argument.
            end = self._at + 1 if found["text"] else found.end()
            inside = self._text[self._at : end]
            if (found["name"] or found["sign"]) in ACCENTS and self._depth < DEEPEST:
                self._at, self._depth = end, self._depth + 1
                letters = self._token(found)
                self._depth -= 1
                return letters
        self._at = end
        if self._depth >= DEEPEST:
            return re.sub(r"[\\{}]", "", inside)
        reader = _Reader(inside, self._depth + 1)
        reader._math = self._math
        return reader.read()

    def _closing(self) -> int:
        """Return the place behind the brace that closes the group which begins here."""
        open_ones = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self._text, self._at):
            open_ones += {"{": 1, "}": -1}.get(found.group(), 0)
            if not open_ones:
                return found.end()
        return len(self._text) + 1


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _fraction(reader: _Reader) -> str:
    over, under = _grouped(reader.argument()), _grouped(reader.argument())
    return f"{over}/{under}" if over or under else ""


def _root(reader: _Reader) -> str:
    degree = raised(reader.option())
    return f"{degree}√{_grouped(reader.argument())}"


def _note(reader: _Reader) -> str:
    reader.option()
    words = reader.argument()
    return f" ({words})" if words.strip() else ""


_WRITTEN: dict[str, Callable[[_Reader], str]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "nicefrac", "sfrac"), _fraction),
    **dict.fromkeys(("textsuperscript", "textsu"), lambda reader: raised(reader.argument())),
    **dict.fromkeys(("textsubscript", "textsubscr"), lambda reader: lowered(reader.argument())),
    **dict.fromkeys(("footnote", "thanks", "footnotetext", "endnote"), _note),
    "sqrt": _root,
    "enquote": lambda reader: f"“{reader.argument()}”",
}
"""Commands whose arguments are put together in a way of their own."""

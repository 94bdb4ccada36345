"""Every LaTeX command is survived, and its words are kept."""

from unicodedata import combining, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ipt_evidence.extraction.references.latex import SILENT, UNSAID, decoded


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Effects of \mbox{IPT} with \texttt{metafor}", "Effects of IPT with metafor"),
        (r"p {\textless} .05, aged {\textgreater}65, 5{\textpercent}", "p < .05, aged >65, 5%"),
        (r"A change of \textminus 2, \textbeta-blockers, \textalpha", "A change of −2, β-blockers, α"),
        (r"10\textsuperscript{3}, CO\textsubscript{2}, 4\textsuperscript{th}", "10³, CO₂, 4th"),
        (r"$10^{-3}$, $x_2$, 30$^\circ$C, $\frac{a+b}{2}$, $\sqrt[3]{x}$", "10⁻³, x₂, 30°C, (a+b)/2, ³√x"),
        (r"costs $10 and $20", "costs $10 and $20"),
        (r"See \href{http://x.org}{the protocol}, \url{http://y.org}", "See the protocol, http://y.org"),
        (r"\href{http://x.org}", "http://x.org"),
        (r"A trial\footnote{Funded.} of \textcolor{red}{words}", "A trial (Funded.) of words"),
        (r"\verb|x_y| and \verb", r"x_y and \verb"),
        (r"\SI{5}{mg}, \foo[x]{kept}, \MakeUppercase{a} \textsc{b}", "5 mg, kept, a b"),
        (r"\mysign and \mysign{}", r"\mysign and \mysign"),
        (r"{\bf bold} {\em slanted} \protect\relax", "bold slanted "),
        (r"\'\i, \v{\i}, \c c, \={a}, \k{a}, \H{o}, S\o ren, \t{oo}, \d{s}", "í, ǐ, ç, ā, ą, ő, Søren, o͡o, ṣ"),
        (r"\{a\} \& \% \_ \# \$", "a & % _ # $"),
        (r"?`Que? !`Ay! \enquote{so}", "¿Que? ¡Ay! “so”"),
        (r"\cite{key} and \begin{quote}words\end{quote}", "key and words"),
        (r"H\textsubscript{2}O and \ensuremath{\geq} 5", "H₂O and ≥ 5"),
    ],
)
def test_signs_and_words(latex, text):
    assert decoded(latex) == text


@given(st.from_regex(r"\A[A-Za-z]{1,12}\Z"))
@example("c")
@example("t")
def test_words_of_any_command_are_kept(name):
    if name in UNSAID:
        return
    text = decoded(rf"a \{name}{{zqwords}} b")
    # \c, \v and their like put an accent on the first letter.
    assert "zqwords" in "".join(sign for sign in normalize("NFD", text) if not combining(sign))
    assert text.endswith("b")


@pytest.mark.parametrize("name", sorted(SILENT))
def test_commands_of_looks_print_nothing(name):
    assert decoded(rf"\{name} word").strip() == "word"


PIECES = [*"\\{}$~^_`'\"[]|ab1 -%&\n", "\\verb", "\\frac", "\\'", "\\href", "\\foo", "\\sqrt", "\\footnote"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_stops_the_decoder(latex):
    assert isinstance(decoded(latex), str)


@pytest.mark.parametrize("deep", ["\\'" * 3000, "\\'{" * 3000, "{" * 3000, "\\foo{" * 3000, "\\frac{" * 3000])
def test_depth_is_survived(deep):
    assert isinstance(decoded(deep), str)

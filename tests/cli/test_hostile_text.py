"""Text from data gives a terminal no orders: neither control characters nor markup of rich."""

import io

import pandas as pd
import pytest
import typer

from ipt_evidence.cli.terminal import Terminal, rows, stop
from ipt_evidence.messages import harmless

HOSTILE = "a\x1b[31mred\x1b]0;title \x9b2J \u202egnp.exe [bold]b[/bold] [link=https://e.example]c[/link]"
SPELLED = "a\\x1b[31mred\\x1b]0;title \\x9b2J \\u202egnp.exe [bold]b[/bold] [link=https://e.example]c[/link]"


def printed(*shown, **settings):
    out = io.StringIO()
    Terminal(file=out, width=400, force_terminal=True, **settings).print(*shown, markup=False, highlight=False)
    return out.getvalue()


def test_what_a_table_holds_is_shown_and_does_nothing():
    shown = printed(rows(HOSTILE, pd.DataFrame({HOSTILE: [HOSTILE]})), color_system=None)
    assert shown.count(SPELLED) == 3
    assert not {"\x1b", "\x9b", "\u202e"} & {*shown}


def test_styles_of_the_program_are_still_orders():
    assert "\x1b[" in printed(rows("One", pd.DataFrame({"a": [1.5]})), color_system="standard")


def test_a_message_that_stops_is_spelled_out(capsys):
    with pytest.raises(typer.Exit):
        stop(f"{HOSTILE}\nTo do: nothing")
    assert capsys.readouterr().err == f"{SPELLED}\nTo do: nothing\n"


def test_lines_and_tabs_stay():
    assert harmless("a\tb\nc\u00a0d") == "a\tb\nc\u00a0d"

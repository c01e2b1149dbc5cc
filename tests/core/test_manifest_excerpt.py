"""The lines of a file that an error quotes."""

from bitdeps.core.manifest.excerpt import excerpts
from bitdeps.core.manifest.positions import Position

TEXT = '[project]\r\nvendro = "x"\n\n[dependencies]\nlib = { tga = "v1" }\n'


def test_each_line_has_its_number_and_carets_below_the_key() -> None:
    assert excerpts(TEXT, [Position(2, 1), Position(5, 9)]) == (
        '  |\n2 | vendro = "x"\n  | ^^^^^^\n5 | lib = { tga = "v1" }\n  |         ^^^'
    )


def test_numbers_of_unlike_width_stand_right() -> None:
    text = "a = 1\n" * 12
    assert excerpts(text, [Position(9, 1), Position(10, 5)]) == ("   |\n 9 | a = 1\n   | ^\n10 | a = 1\n   |     ^")


def test_a_place_is_quoted_once_and_five_are_enough() -> None:
    text = "a = 1\n" * 9
    places = [Position(line, 1) for line in (1, 1, 2, 3, 4, 5, 6, 7)]
    assert [line for line in excerpts(text, places).split("\n") if "a = 1" in line] == [
        f"{number} | a = 1" for number in (1, 2, 3, 4, 5)
    ]


def test_where_there_is_no_line_nothing_is_quoted() -> None:
    assert excerpts("", [Position(1, 1)]) == ""
    assert excerpts("a = 1\n", [Position(2, 1), Position(7, 1)]) == ""


def test_a_long_line_is_cut_around_the_place() -> None:
    _, line, carets = excerpts("x" * 200 + " key = 1 " + "y" * 200, [Position(1, 202)]).split("\n")
    assert line == "1 | " + "x" * 23 + " key = 1 " + "y" * 40
    assert carets == "  | " + " " * 24 + "^^^"
    _, line, carets = excerpts("k" * 500, [Position(1, 1)]).split("\n")
    assert (line, carets) == ("1 | " + "k" * 72, "  | " + "^" * 72)


def test_nothing_in_a_line_reaches_the_terminal_as_a_code() -> None:
    """Neither an escape, nor a change of direction, nor what takes another width than one column."""
    text = 'a\t= "\x1b[31m\u202e\u6f22\u0301\u00e9"'
    assert excerpts(text, [Position(1, 3)]) == '  |\n1 | a = "?[31m???\u00e9"\n  |   ^'


def test_the_password_in_an_address_is_not_quoted() -> None:
    text = 'repo = "https://user:a/b@c@bitbucket.org/acme/lib"'
    assert excerpts(text, [Position(1, 1)]) == ('  |\n1 | repo = "https://**********@bitbucket.org/acme/lib"\n  | ^^^^')

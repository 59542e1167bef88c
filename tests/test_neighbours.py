"""Who else has which board, by what controllers say."""

from __future__ import annotations

from poultice.neighbours import MOST, Neighbours

ID = "0102030405060708"


def house() -> Neighbours:
    others = Neighbours("me")
    others.online("you", True)
    others.boards("you", {"sofa": ID})
    return others


def test_it_has_what_it_says_while_it_is_there() -> None:
    others = house()
    assert others.with_pad("sofa") == "you"
    assert others.with_pad("bed") is None
    others.online("you", False)
    assert others.with_pad("sofa") is None
    others.online("you", True)
    assert others.with_pad("sofa") is None, "back, it says anew what it has"


def test_a_board_under_another_name() -> None:
    others = house()
    assert others.with_board(ID, "bed") == ("you", "sofa")
    assert others.with_board(ID, "sofa") is None, "that is the same pad"
    others.boards("you", {"sofa": "0" * 16})
    assert others.with_board("0" * 16, "bed") is None, "nobody wrote an id into either"


def test_our_own_words_come_back_and_count_for_nothing() -> None:
    others = house()
    assert not others.online("me", True)
    assert not others.boards("me", {"bed": ID})
    assert others.with_pad("bed") is None


def test_news_is_told_from_repetition() -> None:
    others = house()
    assert not others.online("you", True)
    assert not others.boards("you", {"sofa": ID})
    assert others.boards("you", {})


def test_a_flood_of_names_is_not_remembered() -> None:
    others = house()
    for number in range(10 * MOST):
        others.online(f"c{number}", True)
        others.boards(f"c{number}", {"bed": ID})
    assert len(others._others) == MOST
    assert others.with_pad("sofa") == "you"

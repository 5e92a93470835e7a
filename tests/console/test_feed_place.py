"""Where the engineer is looking: what moves the cursor and the window, and what never does."""

from __future__ import annotations

from stomptui.capture.store import Capture
from stomptui.console.widgets.feed_place import Place
from stomptui.stomp import events as ev
from stomptui.stomp.events import Settlement
from tests.capture import made


def place_of(count: int, height: int = 5, limit: int = 1000) -> Place:
    capture = Capture(limit_records=limit)
    capture.extend(made.messages(1, count))
    place = Place(capture, height)
    place.look()
    return place


def arrive(place: Place, count: int) -> None:
    last = place.capture.last_number
    place.capture.extend(made.messages(last + 1, last + count))
    place.look()


def test_following_shows_the_newest_and_has_no_cursor() -> None:
    place = place_of(3)
    assert place.visible == [1, 2, 3] and place.cursor is None and not place.cursor_in_view
    arrive(place, 10)
    assert place.visible == [9, 10, 11, 12, 13] and place.newest == 13 and place.new == 0


def test_arrivals_move_neither_cursor_nor_window() -> None:
    place = place_of(20)
    place.move(-1)
    place.look()
    assert not place.following and place.cursor == 19 and place.cursor_in_view
    before = place.visible
    arrive(place, 100)
    assert (place.cursor, place.visible, place.new, place.newest) == (19, before, 100, 120)


def test_moving_while_following_starts_at_the_newest_row_in_view() -> None:
    place = place_of(20)
    place.capture.extend(made.messages(21, 30))  # nobody has looked at these yet
    place.move(-1)
    assert place.cursor == 19
    down = place_of(20)
    down.capture.extend(made.messages(21, 30))
    down.move(1)
    assert down.cursor == 20


def test_the_window_follows_the_cursor_as_little_as_it_takes() -> None:
    place = place_of(100)
    place.go_to(50)
    place.look()
    assert place.visible == [48, 49, 50, 51, 52]
    for _ in range(3):
        place.move(1)
    place.look()
    assert place.cursor == 53 and place.visible == [49, 50, 51, 52, 53]
    place.page(-1)
    place.look()
    assert place.cursor == 49 and place.visible[0] == 49
    place.go_to_top()
    place.look()
    assert place.cursor == 1 and place.visible == [1, 2, 3, 4, 5]
    place.move(-7)
    assert place.cursor == 1
    place.go_to(100)
    place.move(7)
    assert place.cursor == 100


def test_scrolling_leaves_the_cursor_behind_and_a_key_must_not_settle_it() -> None:
    place = place_of(100)
    place.scroll(-3)
    place.look()
    assert not place.following and place.cursor == 100 and not place.cursor_in_view
    assert place.visible == [93, 94, 95, 96, 97]
    place.scroll(3)
    place.look()
    assert place.cursor_in_view


def test_new_rows_are_those_that_were_never_in_view() -> None:
    place = place_of(10)
    place.move(0)
    arrive(place, 10)
    assert place.new == 10
    place.scroll(4)
    place.look()
    assert place.new == 6
    place.scroll(-10)
    place.look()
    assert place.new == 6
    place.follow()
    place.look()
    assert place.new == 0 and place.cursor is None


def test_when_the_record_under_the_cursor_is_dropped_nobody_is_looking_at_the_next() -> None:
    place = place_of(20, limit=20)
    place.go_to(3)
    place.look()
    assert place.cursor_in_view
    arrive(place, 2)
    assert place.cursor == 3 and place.cursor_in_view
    arrive(place, 5)
    assert place.cursor == 8 and place.visible[0] == 8
    assert not place.cursor_in_view
    place.move(0)
    place.look()
    assert place.cursor_in_view


def test_the_window_stays_on_its_records_while_older_ones_are_dropped() -> None:
    place = place_of(100, limit=100)
    place.go_to(60)
    place.look()
    before = place.visible
    arrive(place, 30)
    assert place.visible == before and place.cursor == 60
    place.selection = {35, 60}
    arrive(place, 20)
    assert place.selection == {60}


def test_toggle_selects_and_moves_on() -> None:
    place = place_of(10)
    place.go_to(3)
    place.toggle()
    place.toggle()
    assert place.selection == {3, 4} and place.cursor == 5
    place.move(-1)
    place.toggle()
    assert place.selection == {3}
    place.clear_selection()
    assert place.selection == set()


def test_extending_selects_what_lies_between_and_takes_it_back() -> None:
    place = place_of(10)
    place.selection = {1}
    place.go_to(5)
    place.extend(2)
    assert place.selection == {1, 5, 6, 7}
    place.extend(-1)
    assert place.selection == {1, 5, 6}
    place.extend(-3)
    assert place.selection == {1, 3, 4, 5} and place.cursor == 3
    place.move(5)
    place.extend(1)
    assert place.selection == {1, 3, 4, 5, 8, 9}


def test_selecting_while_following_starts_at_the_newest() -> None:
    place = place_of(10)
    place.toggle()
    assert place.selection == {10} and not place.following


def test_heart_beats_come_and_go_without_moving_the_cursor_far() -> None:
    capture = Capture()
    for number in range(1, 11):
        capture.extend([*made.messages(number, number), ev.HeartBeatReceived(1, 0.0, 1)])
    place = Place(capture, 4)
    place.look()
    assert place.visible == [13, 15, 17, 19]
    place.go_to(13)
    place.show_beats(True)
    place.look()
    assert place.cursor == 13 and 14 in place.visible and place.cursor_in_view
    place.go_to(14)
    place.show_beats(False)
    place.look()
    assert place.cursor in (13, 15)


def test_an_empty_capture_can_be_walked() -> None:
    place = Place(Capture(), 5)
    for step in (place.look, place.go_to_top, place.toggle, place.follow, place.clear_selection):
        step()
    place.move(1)
    place.page(-1)
    place.extend(1)
    place.scroll(-1)
    place.show_beats(True)
    place.look()
    assert place.visible == [] and place.cursor is None and place.newest is None and place.new == 0


def test_the_thumb_is_where_the_window_is() -> None:
    place = place_of(100, height=10)
    assert place.thumb() == range(9, 10)
    place.go_to_top()
    assert place.thumb() == range(1)
    place.scroll_to(45)
    assert place.thumb() == range(4, 5)
    assert place_of(5, height=10).thumb() == range(0)
    assert len(place_of(20, height=10).thumb()) == 5


def test_an_unsettled_message_that_outlived_the_cap_can_be_gone_to() -> None:
    capture = Capture(limit_records=10)
    capture.extend([made.message(1, settlement=Settlement.UNSETTLED), *made.messages(2, 100)])
    place = Place(capture, 5)
    place.go_to(1)
    place.look()
    assert place.cursor == 1 and place.visible == [1, 91, 92, 93, 94] and place.cursor_in_view

"""A ledger counts exactly the losses, duplicates and reorderings of a stream."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load.ledger import Account, RoomLedger
from bench.load.tally import Tally


def deliver(ledger: RoomLedger, account: Account, slot: int, number: int) -> None:
    """Count a message as `Member` and `Recorder` do."""
    following = account.next_number
    if following[slot] == number:
        following[slot] = number + 1
    elif not account.arrive(slot, number):
        return
    ledger.tally.delivered += number >= ledger.senders[slot].base


def room(members: int) -> tuple[RoomLedger, list[Account]]:
    ledger = RoomLedger(Tally())
    return ledger, [ledger.join() for _ in range(members)]


def send(ledger: RoomLedger, slot: int, times: int) -> None:
    for _ in range(times):
        ledger.send(slot)


def test_all_delivered_balances_without_a_loss() -> None:
    ledger, members = room(3)
    slot = ledger.enrol()
    send(ledger, slot, 5)
    for member in members:
        for number in range(5):
            deliver(ledger, member, slot, number)
    ledger.settle()
    assert Tally(sent=5, expected=15, delivered=15) == ledger.tally
    assert ledger.tally.balanced


def test_losses_duplicates_and_reorderings_are_counted_exactly() -> None:
    ledger, (member,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 10)
    # 3 is missing, 5 comes twice, 7 and 8 change places, 9 never comes.
    for number in (0, 1, 2, 4, 5, 5, 6, 8, 7):
        deliver(ledger, member, slot, number)
    ledger.settle()
    assert (
        Tally(
            sent=10,
            expected=10,
            delivered=8,
            lost=2,
            duplicates=1,
            reordered=1,
            lost_by_cause=Counter({"silent": 2}),
        )
        == ledger.tally
    )


def test_a_message_that_comes_after_it_counted_as_lost_is_late_and_delivered() -> None:
    ledger, (member,) = room(1)
    slot = ledger.enrol()
    for _ in range(3):  # settled often, as in a long run
        send(ledger, slot, 2)
        ledger.settle()
    assert ledger.tally.lost == 6
    for number in (0, 1, 2, 3, 5, 5):
        deliver(ledger, member, slot, number)
    assert (
        Tally(
            sent=6,
            expected=6,
            delivered=5,
            lost=1,
            late=5,
            duplicates=1,
            lost_by_cause=Counter({"silent": 1}),
        )
        == ledger.tally
    )


def test_a_late_message_of_an_earlier_window_changes_no_loss() -> None:
    ledger, (member,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 2)
    ledger.settle()
    first = ledger.tally
    ledger.open_window(Tally())
    deliver(ledger, member, slot, 0)
    assert (first.lost, first.delivered) == (2, 0)
    assert Tally(late=1) == ledger.tally


def test_a_late_message_is_told_from_a_duplicate_by_its_own_cause() -> None:
    ledger, (member, _) = room(2)
    slot = ledger.enrol()
    send(ledger, slot, 3)
    ledger.senders[slot].refused[1] = "rate_limited"
    ledger.settle()
    deliver(ledger, member, slot, 1)
    assert ledger.tally.lost_by_cause == {"silent": 4, "refused rate_limited": 1}


def test_the_last_messages_of_a_sender_that_left_are_withdrawn_unless_they_come() -> None:
    ledger, (member, leaver) = room(2)
    slot = ledger.enrol()
    send(ledger, slot, 4)
    deliver(ledger, member, slot, 0)
    ledger.senders[slot].left = True
    ledger.leave(leaver)
    ledger.settle()
    assert Tally(sent=4, expected=1, delivered=1) == ledger.tally
    deliver(ledger, member, slot, 1)
    assert Tally(sent=4, expected=2, delivered=2) == ledger.tally


def test_while_members_are_away_their_messages_are_owed_both_ways() -> None:
    ledger, (away, _, _) = room(3)
    slot = ledger.enrol()
    ledger.cut(away, "closed 1006")
    send(ledger, slot, 1)
    ledger.withhold()
    assert Tally(sent=1, expected=2, unsent=1, owed=1 + 3) == ledger.tally


def test_a_joining_receiver_expects_only_later_messages() -> None:
    ledger, (early,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 2)
    late = ledger.join()
    send(ledger, slot, 1)
    for number in range(3):
        deliver(ledger, early, slot, number)
    deliver(ledger, late, slot, 1)  # was in flight when it joined
    deliver(ledger, late, slot, 2)
    ledger.settle()
    assert Tally(sent=3, expected=4, delivered=4) == ledger.tally


def test_a_leaving_receiver_withdraws_messages_in_flight_but_not_a_gap() -> None:
    ledger, (leaver,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 5)
    deliver(ledger, leaver, slot, 0)
    deliver(ledger, leaver, slot, 2)
    ledger.leave(leaver)
    assert (ledger.tally.expected, ledger.tally.delivered, ledger.tally.lost) == (3, 2, 1)
    assert ledger.tally.balanced


def test_a_receiver_that_is_cut_off_loses_the_rest_for_that_reason() -> None:
    ledger, (slow, other) = room(2)
    slot = ledger.enrol()
    send(ledger, slot, 4)
    deliver(ledger, slow, slot, 1)
    ledger.cut(slow, "closed 1013")
    for number in range(4):
        deliver(ledger, other, slot, number)
    ledger.settle()
    assert ledger.tally.lost_by_cause == {"silent": 1, "closed 1013": 2}
    assert ledger.tally.balanced


def test_the_last_messages_of_a_sender_that_was_cut_off_are_lost_with_it() -> None:
    ledger, (member,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 3)
    deliver(ledger, member, slot, 0)
    ledger.senders[slot].closed = "closed 1006"
    ledger.settle()
    assert ledger.tally.lost_by_cause == {"sender closed 1006": 2}


def test_a_refused_message_is_lost_because_it_was_refused() -> None:
    ledger, members = room(2)
    slot = ledger.enrol()
    send(ledger, slot, 2)
    ledger.senders[slot].refused[1] = "rate_limited"
    for member in members:
        deliver(ledger, member, slot, 0)
    ledger.settle()
    assert ledger.tally.lost_by_cause == {"refused rate_limited": 2}


def test_a_window_counts_only_what_is_sent_in_it() -> None:
    ledger, (member,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 3)
    ledger.open_window(window := Tally())
    send(ledger, slot, 2)
    for number in (0, 2, 2, 3, 4):
        deliver(ledger, member, slot, number)
    ledger.settle()
    assert Tally(sent=2, expected=2, delivered=2) == window


def test_settling_up_to_a_number_leaves_newer_messages_open() -> None:
    ledger, (member,) = room(1)
    slot = ledger.enrol()
    send(ledger, slot, 6)
    for number in (0, 2, 4):
        deliver(ledger, member, slot, number)
    ledger.settle([3])
    assert ledger.tally.lost == 1
    for number in (3, 5):
        deliver(ledger, member, slot, number)
    ledger.settle()
    assert (ledger.tally.delivered, ledger.tally.lost, ledger.tally.reordered) == (5, 1, 1)


def test_tallies_add_up_and_survive_serialisation() -> None:
    one = Tally(1, 2, 1, 1, lost_by_cause=Counter({"silent": 1}))
    two = Tally(1, 3, 1, 2, lost_by_cause=Counter({"silent": 1, "closed 1006": 1}))
    one.add(Tally.from_dict(two.as_dict()))
    assert Tally(2, 5, 2, 3, lost_by_cause=Counter({"silent": 2, "closed 1006": 1})) == one


@dataclass
class Model:
    """A simple model of a ledger that stores every delivery."""

    ledger: RoomLedger = field(default_factory=lambda: RoomLedger(Tally()))
    accounts: dict[int, Account] = field(default_factory=dict)
    sent: Counter[int] = field(default_factory=Counter)
    owed: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    had: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    withdrawn: int = 0

    def join(self, member: int) -> None:
        if member not in self.accounts:
            self.accounts[member] = self.ledger.join()
            self.owed[member], self.had[member] = set(), []

    def say(self, slot: int) -> None:
        message = slot, self.ledger.send(slot)
        for member in self.accounts:
            self.owed[member].add(message)
        self.sent[slot] += 1

    def hear(self, member: int, slot: int, number: int) -> None:
        if member in self.accounts and number < self.sent[slot]:
            deliver(self.ledger, self.accounts[member], slot, number)
            self.had[member].append((slot, number))

    def leave(self, member: int) -> None:
        if member not in self.accounts:
            return
        self.ledger.leave(self.accounts.pop(member))
        newest = dict(sorted(self.had[member]))
        flying = self.owed[member] - set(self.had[member])
        self.withdrawn += sum(number > newest.get(slot, -1) for slot, number in flying)
        self.close(member)

    def cut(self, member: int) -> None:
        if member in self.accounts:
            self.ledger.cut(self.accounts.pop(member), "closed 1006")
            self.close(member)

    def close(self, member: int) -> None:
        self.done.append((self.owed.pop(member), self.had.pop(member)))

    done: list[tuple[set[tuple[int, int]], list[tuple[int, int]]]] = field(default_factory=list)


SLOTS = 2
slots = st.integers(0, SLOTS - 1)
members = st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("join"), members),
    st.tuples(st.just("leave"), members),
    st.tuples(st.just("cut"), members),
    st.tuples(st.just("say"), slots),
    st.tuples(st.just("hear"), members, slots, st.integers(0, 8)),
)


@settings(deadline=None)
@given(st.lists(steps, max_size=80))
def test_it_always_balances_and_agrees_with_a_ledger_kept_the_long_way(
    story: list[tuple[str, int] | tuple[str, int, int, int]],
) -> None:
    model = Model()
    for _ in range(SLOTS):
        model.ledger.enrol()
    for verb, *arguments in story:
        getattr(model, verb)(*arguments)
    model.ledger.settle()
    for member in list(model.accounts):
        model.close(member)

    tally = model.ledger.tally
    owed = sum(len(owed) for owed, _ in model.done)
    delivered = sum(len(owed & set(had)) for owed, had in model.done)
    again = sum(
        len(mine) - len(set(mine))
        for owed, had in model.done
        for mine in [[message for message in had if message in owed]]
    )
    assert tally.balanced
    assert (owed - model.withdrawn, delivered) == (tally.expected, tally.delivered)
    assert again == tally.duplicates

"""Conversations: turns in the order they were asked, apart from those of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from advisor.conversations import Conversations, new_conversation_id
from advisor.errors import UnknownAnswerError, UnknownConversationError
from advisor.types import Answer, Receipt, Seconds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "conversations.sqlite3"


@pytest.fixture
def conversations(path: Path) -> Iterator[Conversations]:
    conversations = Conversations(path)
    yield conversations
    conversations.close()


@pytest.fixture
def say(conversations: Conversations) -> Callable[..., None]:
    def say(*questions: str, conversation_id: str = "one") -> None:
        for question in questions:
            keep(conversations, turn(question, conversation_id))

    return say


Say = Callable[..., None]


def keep(conversations: Conversations, answer: Answer) -> None:
    with conversations.asking(answer.conversation_id) as keep:
        keep(answer)


def asked(conversations: Conversations, conversation_id: str, last: int) -> list[str]:
    return [turn.question for turn in conversations.turns(conversation_id, last)]


def turn(question: str, conversation_id: str) -> Answer:
    return Answer(
        id=f"{conversation_id}-{question}", conversation_id=conversation_id, question=question, query=question,
        status="refused", reason="not_in_library", mode="keyless", text="No.", citations=(), passages=(),
        checklist=None, follow_ups=(), notes=(), seconds=Seconds(rewrite=0, retrieve=0, answer=0, check=0, total=0),
        receipt=Receipt(
            index_generation="g", embedding_model="m", chat_model=None, settings_hash="s", passage_hashes=()
        ),
    )  # fmt: skip


def test_last_questions_come_oldest_first(conversations: Conversations, say: Say) -> None:
    say("a", "b", "c", "d")
    assert asked(conversations, "one", 3) == ["b", "c", "d"]


def test_short_conversation_gives_all_it_has(conversations: Conversations, say: Say) -> None:
    say("a")
    assert asked(conversations, "one", 5) == ["a"]


def test_conversations_do_not_mix(conversations: Conversations, say: Say) -> None:
    say("a")
    say("b", conversation_id="two")
    say("c")
    assert asked(conversations, "one", 5) == ["a", "c"]


def test_unknown_conversation_has_no_questions(conversations: Conversations) -> None:
    assert asked(conversations, "nobody’s", 5) == []


def test_turns_outlive_the_process(conversations: Conversations, say: Say, path: Path) -> None:
    say("a", "b")
    conversations.close()
    again = Conversations(path)
    assert asked(again, "one", 5) == ["a", "b"]
    again.close()


def test_threads_may_add_at_once(conversations: Conversations) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(partial(keep, conversations), [turn(str(number), "one") for number in range(40)]))
    assert sorted(map(int, asked(conversations, "one", 100))) == list(range(40))


def test_complaint_has_its_reason_and_what_was_asked_before(conversations: Conversations, say: Say) -> None:
    say("a", "b", "c")
    conversations.vote("one-b", "down", "not what I asked")
    (complaint,) = conversations.complaints()
    assert (complaint.answer.question, complaint.reason, complaint.earlier) == ("b", "not what I asked", ("a",))


def test_later_vote_replaces_the_first(conversations: Conversations, say: Say) -> None:
    say("a")
    conversations.vote("one-a", "down", None)
    conversations.vote("one-a", "up", None)
    assert conversations.complaints() == []


def test_vote_on_an_answer_that_was_never_given_says_so(conversations: Conversations) -> None:
    with pytest.raises(UnknownAnswerError, match="no answer with the id 'nope'"):
        conversations.vote("nope", "up", None)


def test_answers_come_whole_and_in_order_after_a_restart(conversations: Conversations, say: Say, path: Path) -> None:
    say("b", "a", "c")
    say("d", conversation_id="two")
    conversations.close()
    again = Conversations(path)
    assert again.answers("one") == [turn(question, "one") for question in "bac"]
    again.close()


def test_deleted_conversation_is_gone_with_its_votes_and_no_other_is(conversations: Conversations, say: Say) -> None:
    say("a", "b")
    say("c", conversation_id="two")
    conversations.vote("one-a", "down", None)
    conversations.delete("one")
    assert asked(conversations, "one", 5) == []
    assert conversations.complaints() == []
    assert [answer.question for answer in conversations.answers("two")] == ["c"]


def test_deleted_words_are_not_left_in_the_file(conversations: Conversations, say: Say, path: Path) -> None:
    say("How do we sack the zebra keeper?")
    conversations.delete("one")
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"zebra" not in kept


def test_two_answers_written_at_the_same_time_are_both_kept(conversations: Conversations) -> None:
    with conversations.asking("one") as keep_first, conversations.asking("one") as keep_second:
        keep_second(turn("b", "one"))
        keep_first(turn("a", "one"))
    assert asked(conversations, "one", 5) == ["b", "a"]


@pytest.mark.parametrize("before", [(), ("a",)], ids=["first question", "later question"])
def test_answer_is_not_kept_when_its_conversation_was_deleted_while_it_was_written(
    conversations: Conversations, say: Say, before: tuple[str, ...]
) -> None:
    say(*before)
    with conversations.asking("one") as keep:
        conversations.delete("one")
        keep(turn("b", "one"))
    assert asked(conversations, "one", 5) == []


def test_deletion_by_another_process_counts_as_well(conversations: Conversations, path: Path) -> None:
    other = Conversations(path)
    with conversations.asking("one") as keep:
        other.delete("one")
        keep(turn("a", "one"))
    other.close()
    assert asked(conversations, "one", 5) == []


def test_question_asked_after_the_deletion_begins_anew(conversations: Conversations, say: Say) -> None:
    say("a")
    conversations.delete("one")
    say("b")
    assert asked(conversations, "one", 5) == ["b"]


def test_question_that_was_given_up_leaves_nothing_to_delete(conversations: Conversations) -> None:
    with pytest.raises(RuntimeError), conversations.asking("one"):
        raise RuntimeError
    with pytest.raises(UnknownConversationError):
        conversations.delete("one")


def test_unknown_conversation_is_said_to_be_unknown(conversations: Conversations) -> None:
    with pytest.raises(UnknownConversationError, match="no conversation with the id 'nope'"):
        conversations.answers("nope")
    with pytest.raises(UnknownConversationError):
        conversations.delete("nope")


def test_ids_made_here_are_128_random_bits() -> None:
    ids = {new_conversation_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(bytes.fromhex(one)) for one in ids} == {16}


def test_saved_answers_are_those_of_every_conversation_oldest_first(conversations: Conversations, say: Say) -> None:
    say("a")
    say("b", conversation_id="two")
    say("c")
    assert [answer.question for _, answer in conversations.saved()] == ["a", "b", "c"]
    assert conversations.count() == 3

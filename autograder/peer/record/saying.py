"""What people say on a command line → Additions, checked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from autograder.errors import UsageError
from autograder.feedback.text import one_line
from autograder.peer.record.book import Book
from autograder.peer.record.model import Additions, Asked, Goal, Point, Question
from autograder.peer.record.people import UnknownPerson
from autograder.peer.record.questions import question_id, same
from autograder.peer.record.trouble import refused

MOST_CHARS = 1000  # of one text


def additions_said(book: Book, said: Mapping[str, Sequence[str]]) -> Additions:
    """said  by the name of the option, without dashes

    raises  UsageError "unknown-member", "unknown-question", "nothing-said", "too-long"
    """
    present, absent = _people(book, said, "present"), _people(book, said, "absent")
    if absent and not present:
        present = tuple(each for each in book.members if each not in absent)
    goals = [_goal(book, text, done=False) for text in said.get("goal", ())]
    goals += [_goal(book, text, done=True) for text in said.get("done", ())]
    return Additions(
        moderator=next(iter(_people(book, said, "moderator")), ""),
        presenters=_people(book, said, "presenters"),
        present=present,
        absent=absent,
        goals=tuple(goals),
        questions=(
            *_asked(book, said.get("question", ())),
            *(_answered(book, text) for text in said.get("answer", ())),
            *(_open_again(book, text) for text in said.get("reopen", ())),
        ),
        reopened=tuple(_question(book, text).id for text in said.get("reopen", ())),
        decisions=_points(said, "decision"),
        keep=_points(said, "keep"),
        problems=_points(said, "problem"),
        tries=_points(said, "try"),
        notes="\n".join(_line(text, "note") for text in said.get("note", ())),
    )


def _people(book: Book, said: Mapping[str, Sequence[str]], option: str) -> tuple[str, ...]:
    words = (word for text in said.get(option, ()) for word in text.split(","))
    return tuple(dict.fromkeys(_person(book, word, option) for word in words if word.strip()))


def _person(book: Book, word: str, option: str) -> str:
    try:
        return book.people.person(_line(word, option))
    except UnknownPerson as unknown:
        near = " or ".join(unknown.near)
        raise refused(
            "unknown-member",
            f'nobody in the study groups is called "{unknown.word}"',
            f"did you mean {near}?" if near else f"{book.group} has {', '.join(book.members)}",
            f"--{option}",
        ) from None


def _goal(book: Book, text: str, *, done: bool) -> Goal:
    option = "done" if done else "goal"
    line = _line(text, option)
    for cut in (at for at, letter in enumerate(line) if letter == ":"):
        if who := book.people.known(line[:cut]):
            return Goal(text=_line(line[cut + 1 :], option), person=who, done=done)
    word, colon, rest = (part.strip() for part in line.partition(":"))
    if not colon:
        advice = f'write whose it is: --{option} "NAME: {line}", or "all: {line}"'
        raise refused("whose-goal", f'whose is "{line}"?', advice)
    if word.lower() == "all":
        return Goal(text=_line(rest, option), done=done)
    return Goal(text=_line(rest, option), person=_person(book, word, option), done=done)


def _asked(book: Book, texts: Sequence[str]) -> list[Asked]:
    known = {same(question.text): question.id for question in book.questions}
    taken = {question.id for question in book.questions}
    found = []
    for text in texts:
        words = _line(text, "question")
        own = known.get(same(words)) or question_id(words, taken)
        known[same(words)] = own
        taken.add(own)
        found.append(Asked(id=own, text=words, answered=False))
    return found


def _answered(book: Book, text: str) -> Asked:
    word, colon, answer = (part.strip() for part in text.partition(":"))
    if not colon:
        advice = '--answer "ID: the answer"'
        raise refused("whose-answer", f'to which question is "{_line(text, "answer")}"?', advice)
    question = _question(book, word)
    return Asked(
        id=question.id, text=question.text, answered=True, notes=(_line(answer, "answer"),)
    )


def _open_again(book: Book, text: str) -> Asked:
    question = _question(book, text)
    return Asked(id=question.id, text=question.text, answered=False)


def _question(book: Book, word: str) -> Question:
    """By its id, or by how the id begins, with or without "q-"."""
    plain = one_line(word, 60).strip().lower()
    full = plain if plain.startswith("q-") else f"q-{plain}"
    by_id = {question.id: question for question in book.questions}
    near = [each for each in by_id if each.startswith(full)]
    if full in by_id:
        return by_id[full]
    if len(near) == 1 and len(full) > len("q-"):
        return by_id[near[0]]
    raise _unknown_question(plain, full, list(by_id), book)


def _unknown_question(plain: str, full: str, ids: Sequence[str], book: Book) -> UsageError:
    near = difflib.get_close_matches(full, ids, n=3, cutoff=0.6)
    open_ones = [
        f"{each.id} ({one_line(each.text, 60)})" for each in book.questions if each.is_open
    ]
    if near:
        advice = f"did you mean {' or '.join(near)}?"
    elif open_ones:
        advice = f"open are {', '.join(open_ones[:10])}"
    else:
        advice = 'ask one with --question "…"'
    return refused("unknown-question", f'no record has a question "{plain}"', advice)


def _points(said: Mapping[str, Sequence[str]], option: str) -> tuple[Point, ...]:
    return tuple(Point(text=_line(text, option)) for text in said.get(option, ()))


def _line(text: str, option: str) -> str:
    """raises  UsageError "nothing-said", "too-long" """
    words = one_line(text[: 4 * MOST_CHARS], 4 * MOST_CHARS)
    if not words:
        raise refused("nothing-said", "there is nothing in it", "say something", f"--{option}")
    if len(text) > MOST_CHARS:
        what = f"a text has {len(text)} characters, of at most {MOST_CHARS}"
        raise refused("too-long", what, "shorten it, or write it into the file", f"--{option}")
    return words

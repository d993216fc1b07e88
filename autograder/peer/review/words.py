"""The words of a review form, and of the page with what reviewers said, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str
    title: str  # field: assignment
    due: str  # field: when
    no_due: str
    about: tuple[str, ...]  # what to do, a paragraph each
    answers: str
    answer: str  # field: label
    whole: str
    code_of: str  # fields: symbol, label
    comment: str
    comment_about: str  # fields: question, label
    open: str
    progress: str  # fields: done, all
    save: str
    saved: str
    not_kept: str
    load: str
    not_loaded: str
    skip: str
    hand_in: str  # how a saved form comes back
    nothing: str
    script: str
    # The notebook
    notebook_about: tuple[str, ...]
    notebook_run: str  # field: label
    notebook_not_run: str
    notebook_try: str
    notebook_form: str  # field: label
    # What reviewers said
    received_title: str
    received_about: tuple[str, ...]
    received_none: str
    received_by: str  # field: number


_ENGLISH = Words(
    language="en",
    title="Reviews: {assignment}",
    due="Hand in your reviews until {when}.",
    no_due="Hand in your reviews when you are done.",
    about=(
        (
            "Below are answers of others, in random order. Names, comments and the names of "
            "variables were taken out. Nobody is told who reviews what."
        ),
        (
            "Read each answer as if you had to use it. Follow one small example by hand before "
            "you judge. For each question choose the level that fits best; leave a question "
            "open if you really cannot tell."
        ),
        (
            "Then write a sentence or two: what you learned from it, or what you would change "
            "and why. Be kind and be exact: a comment helps if it names the line and the reason."
        ),
    ),
    answers="Answers to review",
    answer="Answer {label}",
    whole="The answer as a whole",
    code_of="Code of {symbol}, answer {label}",
    comment="Comment",
    comment_about="Comment on: {question} (answer {label})",
    open="I cannot tell",
    progress="{done} of {all} questions answered",
    save="Save the review as a file",
    saved="Saved as review.json. Hand that file in.",
    not_kept="This browser does not keep what you write: save it as a file before you close it.",
    load="Go on with a saved file",
    not_loaded="That file does not belong to this form.",
    skip="Skip to the answers",
    hand_in="What you choose is kept in this browser until you save. Save it as a file "
    "(review.json) and hand that in; if you change your mind, save and hand in again: the last "
    "one counts.",
    nothing="There is nothing for you to review at the moment.",
    script="This form needs JavaScript. Without it, use review.ipynb, which lies beside it.",
    notebook_about=(
        (
            "Read and run the answers, then fill in the form below each one: a number after "
            "each `=`, and words after `comment =` (they may go on over several lines). To fill "
            "in a form, double-click it. Nothing of a form is executed."
        ),
        (
            "The code was written by other students: read it before you run it. Each answer "
            "defines the same names, so run all cells of an answer before you try it."
        ),
        "Save the notebook and hand it in as it is.",
    ),
    notebook_run="Answer {label}",
    notebook_not_run="This one is here to be read and cannot be run: it uses more than arithmetic "
    "on tensors.",
    notebook_try="# Try answer {label} here",
    notebook_form="Your review of answer {label}",
    received_title="What reviewers said: {assignment}",
    received_about=(
        (
            "These are the comments of those who read your answer. They did not know whose it "
            "was, and you are not told who they are."
        ),
    ),
    received_none="Nobody has commented on it yet.",
    received_by="Reader {number}",
)

_KOREAN = Words(
    language="ko",
    title="동료 평가: {assignment}",
    due="{when}까지 제출하세요.",
    no_due="다 쓰면 제출하세요.",
    about=(
        (
            "아래는 다른 학생들의 답입니다. 순서는 무작위이고 이름, 주석, 변수 이름은 "
            "지웠습니다. 누가 무엇을 평가하는지는 아무에게도 알리지 않습니다."
        ),
        (
            "직접 써야 하는 코드라고 생각하고 읽으세요. 판단하기 전에 작은 예 하나를 손으로 따라가 "
            "보세요. 질문마다 가장 맞는 단계를 고르고, 정말 모르겠으면 비워 두세요."
        ),
        (
            "그리고 한두 문장을 쓰세요: 무엇을 배웠는지, 또는 무엇을 왜 바꾸고 싶은지. 친절하고 "
            "정확하게 쓰세요. 어느 줄인지와 이유를 말하면 도움이 됩니다."
        ),
    ),
    answers="평가할 답",
    answer="답 {label}",
    whole="답 전체",
    code_of="답 {label}의 {symbol} 코드",
    comment="의견",
    comment_about="의견: {question} (답 {label})",
    open="모르겠습니다",
    progress="질문 {all}개 중 {done}개에 답했습니다",
    save="평가를 파일로 저장",
    saved="review.json으로 저장했습니다. 그 파일을 제출하세요.",
    not_kept="이 브라우저는 페이지를 닫으면 쓴 것을 보관하지 않습니다. 파일로 저장하세요.",
    load="저장한 파일에서 이어서 쓰기",
    not_loaded="이 양식의 파일이 아닙니다.",
    skip="답으로 건너뛰기",
    hand_in="고른 것은 저장할 때까지 이 브라우저에 남아 있습니다. 파일(review.json)로 저장해서 "
    "제출하세요. 생각이 바뀌면 다시 저장해서 제출하세요. 마지막 것이 인정됩니다.",
    nothing="지금은 평가할 답이 없습니다.",
    script="이 양식에는 JavaScript가 필요합니다. 없으면 옆에 있는 review.ipynb를 쓰세요.",
    notebook_about=(
        (
            "답을 읽고 실행한 뒤 그 아래의 양식을 채우세요. `=` 뒤에 숫자를, `comment =` 뒤에 "
            "글을 씁니다(여러 줄도 됩니다). 양식을 두 번 누르면 고칠 수 있습니다. 양식은 "
            "실행되지 않습니다."
        ),
        (
            "다른 학생이 쓴 코드입니다. 실행하기 전에 읽으세요. 답마다 같은 이름을 정의하므로, "
            "시험해 보기 전에 그 답의 셀을 모두 실행하세요."
        ),
        "노트북을 저장해서 그대로 제출하세요.",
    ),
    notebook_run="답 {label}",
    notebook_not_run="이 답은 텐서 계산 말고 다른 것도 쓰므로 실행할 수 없고 읽기만 합니다.",
    notebook_try="# 여기에서 답 {label}을(를) 시험해 보세요",
    notebook_form="답 {label}에 대한 평가",
    received_title="읽은 사람들의 의견: {assignment}",
    received_about=(
        (
            "당신의 답을 읽은 사람들의 의견입니다. 그들은 누구의 답인지 몰랐고, 당신에게도 "
            "누구인지 알리지 않습니다."
        ),
    ),
    received_none="아직 아무도 의견을 쓰지 않았습니다.",
    received_by="읽은 사람 {number}",
)

WORDS: Mapping[str, Words] = {"en": _ENGLISH, "ko": _KOREAN}

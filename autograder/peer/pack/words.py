"""The words of a pack, in each language of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str  # as in HTML's lang attribute
    heading: str  # field: title
    about: str  # fields: group, course
    session_number: str  # field: number
    skip: str
    contents: str
    how_to_move: str
    together: str  # the rules of the table, below the heading
    alone: str
    two: str
    agenda: str
    time: str
    part: str
    minutes: str  # field: minutes
    total: str
    people: str
    moderator: str
    presenters: str
    choose_moderator: str
    choose_presenters: str
    scrum: str
    scrum_help: str
    who_is_here: str
    here: str
    goal: str  # for the next time
    done: str
    goal_of: str  # field: name
    done_of: str  # field: name
    concept: str  # field: symbol
    concepts: str
    no_concepts: str
    nothing_handed_in: str
    explanation: str
    question: str
    experiment: str
    predict: str
    version_help: str
    in_notebook: str
    behaviours_title: str  # field: symbol
    behaviours_text: str
    behaviours_question: str
    forbidden_title: str  # field: symbol
    forbidden_text: str
    forbidden_question: str
    later: str
    later_help: str
    contrasts: str
    contrasts_help: str
    contrast_of: str  # field: symbol
    answer: str  # field: label
    differences: str
    contrast_question: str
    no_contrast: str
    wrong: str
    wrong_help: str
    wrong_question: str
    open_questions: str
    open_questions_help: str
    asked_on: str  # field: day
    answered: str
    its_answer: str
    no_open_questions: str
    new_questions: str
    one_a_line: str
    decisions: str
    last_goals: str
    last_tries: str
    expected: str  # of a printed output
    of_the_group: str
    after_running: str
    absent_known: str
    measured: str
    further: str
    further_right: str
    further_help: str
    variations: str
    interview: str
    listen_for: str
    retrospective: str
    keep: str
    problem: str
    attempt: str
    keep_help: str
    problem_help: str
    attempt_help: str
    record: str
    save: str
    save_help: str
    forget: str
    saved_here: str
    not_saved_here: str
    print_help: str
    no_script: str
    name: str
    day: str
    back: str
    notebook_intro: str  # fields: title
    your_notes: str
    paste_own: str  # field: symbol; a comment
    uses: str  # field: symbol
    compare: str  # field: symbol
    code_of: str  # field: name, for screen readers
    made_by: str


_ENGLISH = Words(
    language="en",
    heading="Study session: {title}",
    about="Group {group} · {course}",
    session_number="session {number}",
    skip="Skip to the agenda",
    contents="On this page",
    how_to_move="Keys: j next section, k the one before",
    together=(
        "Everything here comes from the group's own work, and nothing says whose it is. "
        "Please leave it that way: talk about the idea, not about who had it."
    ),
    alone="This is a group of one: nothing on this page is anonymous to you.",
    two="In a group of two, everybody knows whose an answer is that is not their own.",
    agenda="Agenda",
    time="Time",
    part="Part",
    minutes="{minutes} min",
    total="Together",
    people="Who does what",
    moderator="Moderator",
    presenters="Presenters",
    choose_moderator="Choose a moderator",
    choose_presenters="choose who presents",
    scrum="Scrum",
    scrum_help=(
        "One minute each: what I wanted to do, what came of it, what I do until next time."
    ),
    who_is_here="Who is here, and what is next",
    here="here",
    goal="Goal until next time",
    done="done",
    goal_of="Goal of {name} until next time",
    done_of="{name}: the goal is done",
    concept="Concept in {symbol}",
    concepts="Concepts to work through",
    no_concepts="Nothing that the tests ask about went wrong. Go on with something harder.",
    nothing_handed_in=(
        "There are no notebooks to start from this time. What follows starts from the assignment "
        "itself."
    ),
    explanation="In the words of the feedback",
    question="Talk about it",
    experiment="Try it",
    version_help=(
        "`version_a` is wrong: from the course's collection of known mistakes, and nobody's here."
    ),
    predict="First say what you expect. Then run it in the notebook.",
    in_notebook="This cell is in the notebook of this session.",
    behaviours_title="Behaviours of {symbol} that did not hold",
    behaviours_text=(
        "No known mistake was recognised behind these. Find a small input that shows each of them."
    ),
    behaviours_question=(
        "What is the smallest input for which this goes wrong, and what should come out?"
    ),
    forbidden_title="A function that the assignment does not allow, in {symbol}",
    forbidden_text=(
        "The assignment asks for it to be built from simpler parts; a function that already does "
        "the job was used."
    ),
    forbidden_question="What does that function do inside, step by step?",
    later="For another time",
    later_help="This came up too; today's time is too short for it.",
    contrasts="Right answers that work differently",
    contrasts_help=(
        "All of them are right. Names, comments and the order of the answers were changed."
    ),
    contrast_of="Answers to {symbol}",
    answer="Answer {label}",
    differences="How they differ",
    contrast_question=(
        "Which one would you rather read in half a year, and which would you rather run on a large "
        "input? Why are these not the same?"
    ),
    no_contrast=(
        "This time there is nothing to set side by side here. If you like, show each other your "
        "own notebooks: what is the first line that differs?"
    ),
    wrong="An instructive wrong answer",
    wrong_help=(
        "This one is from the course's collection of known mistakes, and nobody's of this group."
    ),
    wrong_question="Where does it go wrong, and on which input would you notice?",
    open_questions="Open questions",
    open_questions_help="From earlier sessions, still without an answer.",
    asked_on="asked on {day}",
    answered="answered",
    its_answer="Answer to: {text}",
    no_open_questions="No question is open from earlier sessions.",
    new_questions="New questions",
    one_a_line="one a line",
    decisions="Decisions",
    last_goals="Goals of last time: tick what is done",
    last_tries="To try, from last time",
    expected="What a wrong version prints",
    of_the_group="the group",
    after_running="After you have run it",
    absent_known="said that they cannot come",
    measured="Measured",
    further="Further",
    further_right="All was right: something harder",
    further_help="Change one thing at a time, and say first what you expect.",
    variations="Harder variations",
    interview="As in an interview",
    listen_for="For the moderator: what to listen for",
    retrospective="Retrospective",
    keep="Keep",
    problem="Problem",
    attempt="Try",
    keep_help="What went well this week and should stay?",
    problem_help="What got in the way?",
    attempt_help="What do we try until next time?",
    record="Record",
    save="Save record",
    save_help=(
        "Saves a Markdown file on this computer: give it to `autograder peer record --from`. "
        "Nothing is sent anywhere."
    ),
    forget="Clear the form",
    saved_here="What you type stays in this browser until you clear it.",
    not_saved_here=(
        "This browser keeps nothing of what you type: save the record before you close the page."
    ),
    print_help="On paper there are lines to write on.",
    no_script="Without JavaScript nothing can be saved here: print the page and write on it.",
    name="Name",
    day="Date",
    back="Back to the agenda",
    notebook_intro=(
        "# {title}: what we try together\n\nRun the cells from top to bottom. Say what you expect "
        "**before** you run a cell."
    ),
    paste_own="# Your own {symbol}, if you like: paste it here. It stays on this machine.",
    uses="It uses its own {symbol}",
    your_notes="What came out, and why?",
    compare="The same input for all answers to `{symbol}`",
    code_of="Code of {name}",
    made_by="Made by autograder {version} from what this group handed in",
)

_KOREAN = Words(
    language="ko",
    heading="스터디 모임: {title}",
    about="{group} 그룹 · {course}",
    session_number="{number}번째 모임",
    skip="진행 순서로 건너뛰기",
    contents="이 페이지의 내용",
    how_to_move="단축키: j 다음 부분, k 이전 부분",
    together=(
        "여기 있는 것은 모두 이 그룹이 제출한 노트북에서 나왔지만, 누구의 것인지는 어디에도 "
        "없습니다. 그대로 지켜 주세요. 누가 그랬는지가 아니라 생각 자체를 이야기합니다."
    ),
    alone="혼자인 그룹입니다. 이 페이지의 내용은 본인에게 익명이 아닙니다.",
    two="두 사람뿐인 그룹에서는 내 답이 아니면 누구의 답인지 서로 알게 됩니다.",
    agenda="진행 순서",
    time="시간",
    part="내용",
    minutes="{minutes}분",
    total="합계",
    people="역할",
    moderator="진행",
    presenters="발표",
    choose_moderator="진행할 사람을 정하세요",
    choose_presenters="발표할 사람을 정하세요",
    scrum="스크럼",
    scrum_help="한 사람에 1분씩: 하려던 일, 한 일, 다음 모임까지 할 일을 말합니다.",
    who_is_here="출석과 다음 목표",
    here="출석",
    goal="다음 모임까지의 목표",
    done="완료",
    goal_of="{name}: 다음 모임까지의 목표",
    done_of="{name}: 목표 완료",
    concept="{symbol}의 개념",
    concepts="함께 짚어 볼 개념",
    no_concepts="테스트가 확인한 것은 모두 맞았습니다. 더 어려운 것으로 넘어갑시다.",
    nothing_handed_in="이번에는 바탕으로 삼을 노트북이 없습니다. 과제 자체에서 시작합니다.",
    explanation="피드백의 설명",
    question="함께 이야기하기",
    experiment="해 보기",
    version_help=(
        "`version_a`는 틀린 답입니다. 과목에서 모아 둔 알려진 실수이며 누구의 답도 아닙니다."
    ),
    predict="먼저 결과를 예상해 말한 다음 노트북에서 실행해 보세요.",
    in_notebook="이 셀은 이번 모임의 노트북에 있습니다.",
    behaviours_title="{symbol}: 통과하지 못한 동작",
    behaviours_text=(
        "알려진 오개념으로는 설명되지 않았습니다. 각각을 보여 주는 작은 입력을 찾아 보세요."
    ),
    behaviours_question="잘못되는 가장 작은 입력은 무엇이고, 무엇이 나와야 할까요?",
    forbidden_title="{symbol}: 과제에서 허용하지 않는 함수",
    forbidden_text="더 단순한 것으로 직접 만들어야 하는데, 그 일을 이미 해 주는 함수를 썼습니다.",
    forbidden_question="그 함수는 안에서 어떤 단계를 거칠까요?",
    later="다음 기회에",
    later_help="이것도 나왔지만 오늘은 시간이 모자랍니다.",
    contrasts="서로 다르게 푼 맞는 답",
    contrasts_help="모두 맞는 답입니다. 이름과 주석, 답의 순서는 바꾸었습니다.",
    contrast_of="{symbol}의 답",
    answer="답 {label}",
    differences="무엇이 다른가",
    contrast_question=(
        "반년 뒤에 다시 읽는다면 어느 쪽이 좋을까요? 큰 입력에서 실행한다면요? "
        "두 대답이 다르다면 왜 그럴까요?"
    ),
    no_contrast=(
        "이번에는 여기에 나란히 놓을 것이 없습니다. 원한다면 서로의 노트북을 보여 주세요. "
        "처음으로 달라지는 줄은 어디인가요?"
    ),
    wrong="배울 것이 있는 틀린 답",
    wrong_help="과목에서 모아 둔 알려진 실수 가운데 하나이며, 이 그룹 누구의 답도 아닙니다.",
    wrong_question="어디에서 잘못되고, 어떤 입력에서 그것을 알아챌 수 있을까요?",
    open_questions="남은 질문",
    open_questions_help="지난 모임에서 아직 답을 찾지 못한 질문입니다.",
    asked_on="{day}에 나온 질문",
    answered="답을 찾음",
    its_answer="질문에 대한 답: {text}",
    no_open_questions="지난 모임에서 남은 질문이 없습니다.",
    new_questions="새 질문",
    one_a_line="한 줄에 하나씩",
    decisions="결정한 것",
    last_goals="지난번 목표: 다 한 것에 표시하세요",
    last_tries="지난번에 시도하기로 한 것",
    expected="틀린 버전의 출력",
    of_the_group="그룹",
    after_running="실행한 다음에 보기",
    absent_known="참석하기 어렵다고 알림",
    measured="측정 결과",
    further="더 나아가기",
    further_right="모두 맞았다면: 더 어려운 것",
    further_help="한 번에 하나만 바꾸고, 먼저 예상을 말해 보세요.",
    variations="더 어려운 변형",
    interview="면접이라면",
    listen_for="진행자에게: 들어야 할 내용",
    retrospective="회고",
    keep="Keep: 유지할 것",
    problem="Problem: 문제",
    attempt="Try: 시도할 것",
    keep_help="이번 주에 좋았고 계속하고 싶은 것은?",
    problem_help="무엇이 걸림돌이 되었나요?",
    attempt_help="다음 모임까지 무엇을 시도해 볼까요?",
    record="기록",
    save="기록 저장",
    save_help=(
        "Markdown 파일로 이 컴퓨터에 저장합니다. `autograder peer record --from`에 넘기세요. "
        "어디로도 전송되지 않습니다."
    ),
    forget="양식 비우기",
    saved_here="입력한 내용은 비울 때까지 이 브라우저에 남습니다.",
    not_saved_here=(
        "이 브라우저에는 입력한 내용이 남지 않습니다. 페이지를 닫기 전에 기록을 저장하세요."
    ),
    print_help="인쇄하면 쓸 수 있는 줄이 나옵니다.",
    no_script="JavaScript가 없으면 저장할 수 없습니다. 페이지를 인쇄해서 쓰세요.",
    name="이름",
    day="날짜",
    back="진행 순서로",
    notebook_intro=(
        "# {title}: 함께 해 보기\n\n셀을 위에서부터 차례로 실행하세요. "
        "실행하기 **전에** 결과를 예상해 말해 보세요."
    ),
    paste_own="# 원한다면 자신의 {symbol}을(를) 여기에 붙여 넣으세요. 이 컴퓨터에만 남습니다.",
    uses="자신의 {symbol}을(를) 씁니다",
    your_notes="무엇이 나왔고, 왜 그럴까요?",
    compare="`{symbol}`의 모든 답에 같은 입력을 넣어 보기",
    code_of="{name}의 코드",
    made_by="autograder {version}이(가) 이 그룹이 제출한 노트북으로 만들었습니다",
)

WORDS: Mapping[str, Words] = {"en": _ENGLISH, "ko": _KOREAN}

"""Who could explain what to whom: pairs whose passed and failed tests complement each other.

strengths.py  results → what each student can do, and cannot yet
exchange.py   what two can explain to each other, and what that is worth
pairing.py    the pairs that are worth most together; of an odd number, three once
proposal.py   a course's results, group by group or across → pairs, and who has none, with why
words.py      how that is said, in English and Korean
"""

from autograder.peer.match.exchange import Exchange, Lesson, exchange_between
from autograder.peer.match.pairing import best_pairs
from autograder.peer.match.proposal import Alone, Pair, Proposal, propose
from autograder.peer.match.strengths import Strengths, strengths_of

__all__ = [
    "Alone",
    "Exchange",
    "Lesson",
    "Pair",
    "Proposal",
    "Strengths",
    "best_pairs",
    "exchange_between",
    "propose",
    "strengths_of",
]

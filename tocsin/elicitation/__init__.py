"""Words, grades and intervals → priors and likelihoods: the left wing of the house, which knows nothing of networks."""

from tocsin.elicitation.grades import report_likelihood
from tocsin.elicitation.lexicon import Reading, UnknownWords, Wording, reading, word_for
from tocsin.elicitation.priors import Priors, SimplexPrior, priors
from tocsin.elicitation.quantities import Prior, Vote
from tocsin.elicitation.standings import Hearing, hear

__all__ = [
    "Hearing",
    "Prior",
    "Priors",
    "Reading",
    "SimplexPrior",
    "UnknownWords",
    "Vote",
    "Wording",
    "hear",
    "priors",
    "reading",
    "report_likelihood",
    "word_for",
]

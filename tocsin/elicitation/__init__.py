"""Words, grades and intervals → priors and likelihoods: the left wing of the house, which knows nothing of networks."""

from tocsin.elicitation.lexicon import Reading, UnknownWords, Wording, reading, reading_in, word_for
from tocsin.elicitation.parameter_priors import Prior, Vote
from tocsin.elicitation.priors import Priors, SharesPrior, priors
from tocsin.elicitation.statement_weights import StatementWeights, WeightedStatement, report_likelihood, weigh

__all__ = [
    "Prior",
    "Priors",
    "Reading",
    "SharesPrior",
    "StatementWeights",
    "UnknownWords",
    "Vote",
    "WeightedStatement",
    "Wording",
    "priors",
    "reading",
    "reading_in",
    "report_likelihood",
    "weigh",
    "word_for",
]

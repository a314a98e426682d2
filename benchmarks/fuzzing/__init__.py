"""Random inputs, one module a subject.

A module has `KINDS`: name → a function of a `random.Random` that makes an input of that kind, gives it to Tocsin, and
raises if the answer is not what it should be. A refusal that users are meant to see (`TocsinError`, exit status 1 with
a message) is an answer; anything else that is raised is a fault. `COUNTS`, where given, says how many inputs of a kind
the tests try, if not `fuzz.TRIED`.
"""

"""From a report to a model: drafts of statements from a text."""

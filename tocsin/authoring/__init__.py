"""From a report to a model: drafts of statements from a text, and edits of the model's files as values."""

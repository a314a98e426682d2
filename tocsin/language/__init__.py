"""Explanations in sentences that an analyst can paste: each built from the numbers, none saying more than they do."""

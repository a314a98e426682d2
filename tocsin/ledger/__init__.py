"""The record of forecasts: what was said when, what came of it, and what it was worth."""

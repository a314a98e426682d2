"""What to say of an answer, a comparison or a batch: blocks without a format, and the record that verifies them."""

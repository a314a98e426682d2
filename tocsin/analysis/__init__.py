"""Why a number is what it is: each analysis a batch of the one primitive."""

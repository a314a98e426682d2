"""Does a file still say what the model says?"""

"""The git program, run so that nothing of the user's setup changes a byte or runs a program of its own choice.

Needed only where the trees of archive and commit differ, and for the second transport (DESIGN sections 3 and 8).
"""

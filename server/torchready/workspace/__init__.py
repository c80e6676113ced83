"""Files: which belong to a check, where an imported module lives, what was computed before.

Nothing here knows what the code in the files means.
"""

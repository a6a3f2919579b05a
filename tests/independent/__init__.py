"""A second reckoning of the month's figures that shares no code with the product: the standard library, and the files of a bundle.

    python -m tests.independent.recompute BUNDLE.zip

reckons every figure anew from the records in the bundle and says which differ from figures.csv.
"""

"""The demo: two invented companies, three sites, ninety days of believable history, and rounds being walked now.

Everything is a function of a seed and the time: which round is walked when, by whom, and what goes wrong. So the same
call makes ninety days at once, fills the gap since the last start, and makes the next scan of a round under way; and
whatever was made already is recognised by its identifier. All of it goes in as phones hand it in: through the services.
"""

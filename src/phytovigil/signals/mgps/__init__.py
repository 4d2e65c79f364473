"""The multi-item gamma Poisson shrinker of DuMouchel: squash, learn a prior, read posteriors.

Learning: squashing.py (cells into points), zeros.py (pairs that no case names), likelihood.py, starts.py, ascent.py,
fitting.py. Reading: prior.py, posterior.py, quantiles.py, tables.py (very many pairs).
"""

"""What else could explain a disproportion: strata, subgroups, and other products that hide it.

Here a `Counts` is not many pairs but one pair in many strata: arrays of shape (strata,). Measures that sum over strata
return arrays of shape (1,).
"""

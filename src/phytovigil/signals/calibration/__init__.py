"""How far a method can be trusted here: what it does to pairs whose answer is known beforehand."""

"""Cases and diaries out of the house, in the forms that others read."""

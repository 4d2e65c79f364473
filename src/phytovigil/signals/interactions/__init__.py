"""Methods that look at two products and a reaction at once."""

"""Methods that look at time: series of periods, repeated looks, time to onset."""

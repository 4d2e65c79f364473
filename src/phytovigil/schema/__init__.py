"""Values that travel between the rooms: frozen, validated when made, without behaviour beyond that."""

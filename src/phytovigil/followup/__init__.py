"""One person: a diary, skin, liver and pain, change against their own noise, when to seek care."""

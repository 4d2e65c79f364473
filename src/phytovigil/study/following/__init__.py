"""Following one person: where the diary, its readings and the published evidence meet."""

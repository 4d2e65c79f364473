"""`phytovigil follow …`: one person, their diary, and what it says; one file for commands that belong together.

Importing a file adds its commands to the group.
"""

from phytovigil.cli.follow import daily, demonstrating, giving, keeping, looking, skin, writing_down
from phytovigil.cli.follow.group import follow_app

__all__ = ["daily", "demonstrating", "follow_app", "giving", "keeping", "looking", "skin", "writing_down"]

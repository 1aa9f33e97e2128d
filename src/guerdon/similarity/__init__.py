"""How alike two things are: texts, numbers, sets, lists; and who is matched with whom."""
